import Testing

@testable import GatewayCore

struct GeminiModelTraitsTests {
    @Test(arguments: [
        ("gemini-2.5-flash", GeminiModelTraits.Thinking.budget(0...24_576, canBeOff: true)),
        ("models/gemini-2.5-pro", .budget(128...32_768, canBeOff: false)),
        ("gemini-2.5-flash-lite-preview-09-2025", .budget(512...24_576, canBeOff: true)),
        ("gemini-2.0-flash", .unavailable), ("gemini-1.5-pro-002", .unavailable),
        ("publishers/google/models/gemini-3-pro-preview", .level([.low, .high])),
        ("gemini-3.1-pro", .level([.low, .medium, .high])),
        ("gemini-3-flash", .level([.minimal, .low, .medium, .high])), ("model-a", .either),
        ("gemini-flash-latest", .budget(128...24_576, canBeOff: false)),
    ])
    func thinkingIsKnownByName(_ model: String, _ expected: GeminiModelTraits.Thinking) {
        #expect(GeminiModelTraits(model: model).thinking == expected)
    }

    @Test func theThirdGenerationDemandsSignatures() {
        #expect(GeminiModelTraits(model: "gemini-3-flash").demandsSignatures)
        #expect(!GeminiModelTraits(model: "gemini-2.5-pro").demandsSignatures)
        #expect(!GeminiModelTraits(model: "model-a").demandsSignatures)
    }

    @Test func theConfigurationOverridesTheName() {
        var traits = ModelTraits()
        traits.reasoning = false
        traits.sampling = false
        let known = GeminiModelTraits(for: ConversionTarget(model: "gemini-3-pro", traits: traits))
        #expect(known.thinking == .unavailable)
        #expect(!known.sampling)
        traits.reasoning = true
        traits.reasoningByEffort = false
        let other = GeminiModelTraits(for: ConversionTarget(model: "gemini-2.0-flash", traits: traits))
        #expect(other.thinking == .budget(0...32_768, canBeOff: true))
    }

    @Test func hugeVersionsDoNotOverflow() {
        #expect(GeminiModelTraits(model: "gemini-99999999999999999999-pro").demandsSignatures)
        #expect(GeminiModelTraits(model: "gemini-2.99999999999999999999").thinking == .unavailable)
    }
}
