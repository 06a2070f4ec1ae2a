import Testing

@testable import GatewayCore

struct GeminiEncodeReasoningTests {
    private func thinking(_ settings: ReasoningSettings, _ model: String) throws -> (String?, [ConversionNote]) {
        let encoded = try GeminiTest.encode(model: model) { $0.reasoning = settings }
        return (encoded.config["thinkingConfig"]?.serializedString, encoded.notes)
    }

    @Test(arguments: [
        ("gemini-3-flash", ReasoningEffort.medium, #"{"thinkingLevel":"MEDIUM"}"#),
        ("gemini-3-pro", .medium, #"{"thinkingLevel":"LOW"}"#), ("gemini-3-pro", .max, #"{"thinkingLevel":"HIGH"}"#),
        ("gemini-3-flash", .none, #"{"includeThoughts":false,"thinkingLevel":"MINIMAL"}"#),
        ("gemini-2.5-flash", .high, #"{"thinkingBudget":24576}"#),
        ("gemini-2.5-flash", .none, #"{"thinkingBudget":0}"#),
        ("gemini-2.5-pro", .none, #"{"thinkingBudget":128}"#), ("gemini-2.5-pro", .max, #"{"thinkingBudget":32768}"#),
        ("gemini-2.5-flash-lite", .minimal, #"{"thinkingBudget":512}"#),
        ("model-a", .max, #"{"thinkingLevel":"XHIGH"}"#),
        ("model-a", .none, #"{"thinkingBudget":0}"#),
    ])
    func effortIsToldAsTheModelTakesIt(_ model: String, _ effort: ReasoningEffort, _ expected: String) throws {
        #expect(try thinking(ReasoningSettings(effort: effort), model).0 == expected)
    }

    @Test(arguments: [
        ("gemini-3-pro", ReasoningSettings.Mode.budget(20_000), #"{"thinkingLevel":"HIGH"}"#),
        ("gemini-2.5-flash", .budget(60_000), #"{"thinkingBudget":24576}"#),
        ("gemini-2.5-pro", .budget(1), #"{"thinkingBudget":128}"#),
        ("gemini-2.5-pro", .adaptive, #"{"thinkingBudget":-1}"#),
        ("model-a", .budget(5), #"{"thinkingBudget":5}"#), ("model-a", .adaptive, #"{"thinkingBudget":-1}"#),
    ])
    func budgetsAreToldAsTheModelTakesThem(
        _ model: String, _ mode: ReasoningSettings.Mode, _ expected: String
    ) throws {
        #expect(try thinking(ReasoningSettings(mode: mode), model).0 == expected)
    }

    @Test func anAdaptiveModelOfTheThirdGenerationNeedsNoWord() throws {
        #expect(try thinking(ReasoningSettings(mode: .adaptive), "gemini-3-pro").0 == nil)
    }

    @Test func effortBesideAdaptiveThinkingIsALevel() throws {
        let settings = ReasoningSettings(mode: .adaptive, effort: .high, includesText: true)
        #expect(try thinking(settings, "model-a").0 == #"{"includeThoughts":true,"thinkingLevel":"HIGH"}"#)
    }

    @Test func modelsWithoutThinkingGetNone() throws {
        let (config, notes) = try thinking(ReasoningSettings(effort: .high), "gemini-2.0-flash")
        #expect(config == nil)
        #expect(notes.map(\.pointer) == ["/reasoning"])
        #expect(try thinking(ReasoningSettings(mode: .disabled), "gemini-2.0-flash").1.isEmpty)
    }

    @Test func clippingIsNoted() throws {
        let (_, notes) = try thinking(ReasoningSettings(mode: .budget(60_000)), "gemini-2.5-flash")
        #expect(notes.map(\.action) == [.clipped])
    }
}
