import Testing

@testable import GatewayCore

@Suite struct AnthropicEncodeReasoningTests {
    private func encode(
        _ reasoning: ReasoningSettings?, model: String, maxTokens: Int? = 100_000,
        change: (inout ChatRequest) -> Void = { _ in }
    ) throws -> AnthropicTest.Encoded {
        var request = ChatRequest(model: "m", messages: [.user("Hi")], maxOutputTokens: maxTokens)
        request.reasoning = reasoning
        change(&request)
        return try AnthropicTest.encode(request, model: model)
    }

    @Test(arguments: [
        (ReasoningEffort.minimal, "low"), (.low, "low"), (.medium, "medium"), (.high, "high"), (.xhigh, "xhigh"),
        (.max, "max"),
    ])
    func effortIsEffortOnNewModels(effort: ReasoningEffort, written: String) throws {
        let encoded = try encode(ReasoningSettings(effort: effort), model: "claude-opus-4-7")
        #expect(encoded.body["thinking"] == ["type": "adaptive"])
        #expect(encoded.body["output_config"] == ["effort": .string(written)])
    }

    @Test func levelsTheModelLacksBecomeTheNearest() throws {
        let encoded = try encode(ReasoningSettings(effort: .xhigh), model: "claude-opus-4-6")
        #expect(encoded.body["output_config"] == ["effort": "high"])
        #expect(encoded.has(.changed, "/reasoning_effort"))
    }

    @Test(arguments: [
        (ReasoningEffort.minimal, 1024), (.low, 2048), (.medium, 8192), (.high, 16384), (.xhigh, 32768), (.max, 63999),
    ])
    func effortIsABudgetOnOlderModels(effort: ReasoningEffort, budget: Int) throws {
        let encoded = try encode(ReasoningSettings(effort: effort), model: "claude-sonnet-4-5")
        #expect(encoded.body["thinking"] == ["type": "enabled", "budget_tokens": .number(JSONNumber(budget))])
        #expect(encoded.body["output_config"] == nil)
    }

    @Test func noEffortSwitchesThinkingOff() throws {
        let off = ReasoningSettings(effort: ReasoningEffort.none)
        #expect(try encode(off, model: "claude-sonnet-4-5").body["thinking"] == ["type": "disabled"])
        #expect(try encode(off, model: "claude-opus-5").body["thinking"] == ["type": "disabled"])
    }

    @Test func modelsThatAlwaysThinkDoSoAtTheLowestEffort() throws {
        let encoded = try encode(ReasoningSettings(effort: ReasoningEffort.none), model: "claude-opus-5-5")
        #expect(encoded.body["thinking"] == nil)
        #expect(encoded.body["output_config"] == ["effort": "low"])
        #expect(encoded.warnings == ["/reasoning"])
    }

    @Test func modelsThatDoNotThinkAreNotAsked() throws {
        let encoded = try encode(ReasoningSettings(effort: .high), model: "claude-3-5-haiku-latest")
        #expect(encoded.body["thinking"] == nil && encoded.warnings == ["/reasoning"])
        #expect(try encode(ReasoningSettings(mode: .disabled), model: "claude-3-5-haiku-latest").notes.isEmpty)
    }

    @Test func aBudgetIsSmallerThanTheLimit() throws {
        let settings = ReasoningSettings(mode: .budget(8192))
        let clipped = try encode(settings, model: "claude-sonnet-4-5", maxTokens: 4000)
        #expect(clipped.body["thinking"]?["budget_tokens"] == 3999)
        #expect(clipped.has(.clipped, "/thinking/budget_tokens"))
        let dropped = try encode(settings, model: "claude-sonnet-4-5", maxTokens: 1000)
        #expect(dropped.body["thinking"] == nil)
        #expect(dropped.has(.dropped, "/reasoning"))
        let raised = try encode(settings, model: "claude-sonnet-4-5", maxTokens: nil)
        #expect(raised.body["thinking"]?["budget_tokens"] == 8192)
        #expect(raised.body["max_tokens"] == .number(JSONNumber(8192 + 4096)))
    }

    @Test func aBudgetIsAtLeast1024() throws {
        let encoded = try encode(ReasoningSettings(mode: .budget(512)), model: "claude-sonnet-4-5")
        #expect(encoded.body["thinking"]?["budget_tokens"] == 1024)
        #expect(encoded.has(.clipped, "/thinking/budget_tokens"))
    }

    @Test func aBudgetBecomesAdaptiveWhereTheModelTakesNone() throws {
        let encoded = try encode(
            ReasoningSettings(mode: .budget(20_000), includesText: true), model: "claude-opus-4-8")
        #expect(encoded.body["thinking"] == ["type": "adaptive", "display": "summarized"])
        #expect(encoded.body["output_config"] == ["effort": "high"])
    }

    @Test func anAbsurdBudgetDoesNotTrap() throws {
        let encoded = try encode(ReasoningSettings(mode: .budget(.max)), model: "claude-sonnet-4-5", maxTokens: nil)
        #expect(encoded.body["max_tokens"]?.int == .max)
    }

    @Test("PITFALLS 24: sampling keeps to what thinking allows")
    func samplingYieldsToThinking() throws {
        let encoded = try encode(ReasoningSettings(effort: .high), model: "claude-sonnet-4-5") {
            $0.sampling.temperature = JSONNumber(0)
            $0.sampling.topK = JSONNumber(40)
        }
        #expect(encoded.body["temperature"] == nil && encoded.body["top_k"] == nil)
        #expect(encoded.warnings == ["/temperature", "/top_k"])
    }

    @Test("PITFALLS 14: thinking by budget is not asked for on top of a turn that shows none")
    func noThinkingInTheMiddleOfForeignToolUse() throws {
        let call = ToolCall(id: "c", name: "f", arguments: "")
        let history: [Message] = [
            .user("x"), Message(role: .assistant, parts: [.toolCall(call)]), .toolResult(callID: "c", text: "y"),
        ]
        let encoded = try encode(ReasoningSettings(effort: .high), model: "claude-sonnet-4-5") { $0.messages = history }
        #expect(encoded.body["thinking"] == nil)
        #expect(encoded.warnings == ["/reasoning"])
        let adaptive = try encode(ReasoningSettings(effort: .high), model: "claude-opus-4-8") { $0.messages = history }
        #expect(adaptive.body["thinking"] == ["type": "adaptive"])
    }

    @Test func ownEffortAloneDoesNotSwitchThinkingOn() throws {
        let text =
            #"{"model":"model-a","max_tokens":9,"messages":[{"role":"user","content":"x"}],"output_config":{"effort":"low","task_budget":{"type":"tokens","total":5}}}"#
        let encoded = try AnthropicTest.encode(try AnthropicTest.decode(text))
        #expect(encoded.body.serializedString == text)
    }
}
