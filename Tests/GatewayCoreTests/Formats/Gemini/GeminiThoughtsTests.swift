import Testing

@testable import GatewayCore

struct GeminiThoughtsTests {
    private func includesThoughts(_ thinking: JSONObject) throws -> JSONValue? {
        let body: JSONObject = [
            "model": "m", "max_tokens": 9000, "messages": [["role": "user", "content": "Hi"]],
            "thinking": .object(thinking),
        ]
        let request = try AnthropicCodec().decodeRequest(body, model: nil)
        var notes: [ConversionNote] = []
        let target = ConversionTarget(model: "gemini-2.5-flash")
        let written = try GeminiCodec().encodeRequest(request, for: target, notes: &notes)
        return written["generationConfig"]?["thinkingConfig"]?["includeThoughts"]
    }

    @Test func showsTheThoughtsThatABudgetPaysFor() throws {
        #expect(try includesThoughts(["type": "enabled", "budget_tokens": 2048]) == true)
    }

    @Test func hidesThoughtsThatTheClientOmits() throws {
        #expect(try includesThoughts(["type": "enabled", "budget_tokens": 2048, "display": "omitted"]) == false)
    }

    @Test func leavesAdaptiveThinkingToTheModel() throws {
        #expect(try includesThoughts(["type": "adaptive"]) == nil)
    }
}
