import Testing

@testable import GatewayCore

struct OpenAIModelTraitsTests {
    private func traits(_ model: String, _ given: ModelTraits = ModelTraits()) -> OpenAIModelTraits {
        OpenAIModelTraits(ConversionTarget(model: model, traits: given))
    }

    @Test func knowsTheUsualModelsByName() {
        #expect(traits("gpt-4o").efforts == [])
        #expect(traits("o3-mini").efforts == [.low, .medium, .high])
        #expect(traits("openai/gpt-5").sampling == .never)
        #expect(traits("gpt-5-chat-latest").sampling == .always)
        #expect(traits("gpt-5.2-2026-01-01").efforts == [.none, .low, .medium, .high, .xhigh])
        #expect(traits("gpt-5.6-sol").efforts?.last == .max)
        #expect(traits("gpt-4-0613").structuredOutputs == false)
        #expect(traits("gpt-4.1").structuredOutputs)
        #expect(traits("olmo-2").efforts == nil)
        #expect(traits("o").sampling == .always)
    }

    @Test func letsTheConfigurationDecide() {
        var given = ModelTraits()
        given.sampling = true
        given.reasoning = false
        given.structuredOutputs = false
        given.legacyMaxTokens = true
        let model = traits("o3", given)
        #expect(model.sampling == .always && model.efforts == [] && !model.structuredOutputs && model.isLegacy)
        given.reasoning = true
        #expect(traits("gpt-4o", given).efforts == nil)
    }
}
