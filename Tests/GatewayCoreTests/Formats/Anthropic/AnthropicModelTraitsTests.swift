import Testing

@testable import GatewayCore

@Suite struct AnthropicModelTraitsTests {
    @Test(arguments: [
        ("claude-sonnet-4-5-20250929", 405), ("claude-opus-4-20250514", 400), ("claude-3-7-sonnet-latest", 307),
        ("claude-3-haiku-20240307", 300), ("anthropic.claude-3-5-sonnet-20241022-v2:0", 305),
        ("us.anthropic.claude-opus-4-6-v1", 406), ("claude-opus-4-1@20250805", 401), ("anthropic/claude-opus-4.8", 408),
        ("claude-sonnet-5", 500), ("claude-opus-5-5", 505), ("anthropic.claude-mythos-preview-v1:0", 500),
    ])
    func versionsAreReadFromEverySpelling(model: String, version: Int) throws {
        #expect(try #require(ClaudeName(model)).version == version)
    }

    @Test(arguments: ["model-a", "deepseek-chat", "kimi-k2", ""])
    func otherNamesAreNotClaudes(model: String) {
        #expect(ClaudeName(model) == nil)
        #expect(AnthropicModelTraits(model: model) == AnthropicModelTraits())
    }

    @Test(arguments: [
        ("claude-opus-4-6", true), ("claude-sonnet-4-5", true), ("claude-opus-4-7", false), ("claude-sonnet-5", false),
        ("claude-mythos-preview", false), ("claude-haiku-5-5", false),
    ])
    func samplingEndsWithOpus47(model: String, takes: Bool) {
        #expect(AnthropicModelTraits(model: model).sampling == takes)
    }

    @Test func thinkingChangesFromBudgetToEffort() {
        let old = AnthropicModelTraits(model: "claude-3-5-haiku-latest")
        let budget = AnthropicModelTraits(model: "claude-sonnet-4-5")
        let both = AnthropicModelTraits(model: "claude-opus-4-6")
        let effort = AnthropicModelTraits(model: "claude-opus-4-7")
        #expect(!old.reasoning)
        #expect(budget.reasoning && budget.budgetThinking && !budget.adaptiveThinking)
        #expect(both.budgetThinking && both.adaptiveThinking && !both.effortLevels.contains(.xhigh))
        #expect(!effort.budgetThinking && effort.adaptiveThinking && effort.effortLevels.contains(.xhigh))
    }

    @Test func theNewestModelsAlwaysThinkAndTakeNoForcedCalls() {
        let opus = AnthropicModelTraits(model: "claude-opus-5-5")
        #expect(opus.alwaysThinks && !opus.forcedToolUse)
        let haiku = AnthropicModelTraits(model: "claude-haiku-5-5")
        #expect(!haiku.alwaysThinks && haiku.forcedToolUse)
        #expect(AnthropicModelTraits(model: "claude-fable-5").alwaysThinks)
        #expect(!AnthropicModelTraits(model: "claude-opus-5").alwaysThinks)
    }

    @Test func prefillEndsAndSystemMessagesBegin() {
        #expect(AnthropicModelTraits(model: "claude-sonnet-4-5").prefill)
        #expect(!AnthropicModelTraits(model: "claude-sonnet-4-6").prefill)
        #expect(!AnthropicModelTraits(model: "claude-opus-4-7").systemMidConversation)
        #expect(AnthropicModelTraits(model: "claude-opus-4-8").systemMidConversation)
    }

    @Test func configurationOverridesTheName() {
        var traits = ModelTraits()
        traits.structuredOutputs = false
        traits.sampling = true
        traits.reasoningByEffort = false
        let known = AnthropicModelTraits(for: ConversionTarget(model: "claude-opus-5", traits: traits))
        #expect(!known.structuredOutputs && known.sampling && !known.adaptiveThinking && known.budgetThinking)
    }
}
