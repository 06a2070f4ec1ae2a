import Testing

@testable import GatewayCore

struct OpenAIJSONModeTests {
    private func messages(_ text: String, _ notes: inout [ConversionNote]) throws -> [JSONValue] {
        var request = ChatRequest(model: "m", messages: [.user(text)])
        request.responseFormat = .jsonObject
        let body = try OpenAICodec().encodeRequest(request, for: ConversionTarget(model: "gpt-4o"), notes: &notes)
        return try #require(body["messages"]?.array)
    }

    @Test("PITFALLS 24: JSON mode that no message mentions is mentioned")
    func mentionsJSON() throws {
        var notes: [ConversionNote] = []
        let messages = try messages("Who are you?", &notes)
        #expect(messages.count == 2)
        #expect(messages.last?["role"] == "system")
        #expect(notes.map(\.pointer) == ["/messages"])
    }

    @Test(arguments: ["Answer in JSON", "json, please"])
    func addsNothingWhereItIsMentioned(text: String) throws {
        var notes: [ConversionNote] = []
        #expect(try messages(text, &notes).count == 1)
        #expect(notes.isEmpty)
    }
}
