import Testing

@testable import GatewayCore

struct GeminiEncodeConversationTests {
    private func call(_ id: String, _ name: String = "f") -> ContentPart {
        .toolCall(ToolCall(id: id, name: name, arguments: "{}"))
    }

    @Test func systemMessagesAreJoinedAndThoseInTheMiddleMoved() throws {
        let encoded = try GeminiTest.encode([
            .system("One."), Message(role: .developer, parts: [.text("Two.")]), .user("Hi"), .assistant("Ho"),
            .system("Three."), .user("Go on"),
        ])
        #expect(
            encoded.body["systemInstruction"] == ["parts": [["text": "One."], ["text": "Two."], ["text": "Three."]]])
        #expect(encoded.has(.changed, "/messages/4"))
        #expect(encoded.body["contents"]?.array?.count == 3)
    }

    @Test("PITFALLS 24: a request of system messages only still has a user's turn")
    func systemOnly() throws {
        let encoded = try GeminiTest.encode([.system("Say hi.")])
        #expect(encoded.contents == #"[{"role":"user","parts":[{"text":"Say hi."}]}]"#)
        #expect(encoded.body["systemInstruction"] == nil)
        #expect(encoded.has(.changed, "/messages/0"))
    }

    @Test func nothingAtAllIsRefused() {
        #expect(throws: ConversionError.self) { try GeminiTest.encode([]) }
        #expect(throws: ConversionError.self) { try GeminiTest.encode([.user("")]) }
    }

    @Test("PITFALLS 24: empty text is left out")
    func emptyText() throws {
        let encoded = try GeminiTest.encode([.user([.text(""), .text("Hi")]), .assistant(""), .user("there")])
        #expect(encoded.contents == #"[{"role":"user","parts":[{"text":"Hi"},{"text":"there"}]}]"#)
    }

    @Test("PITFALLS 7: all results stand in the turn after their calls, with their names, beside the user's text")
    func resultsFollowTheirCalls() throws {
        let encoded = try GeminiTest.encode([
            .user("Hi"), Message(role: .assistant, parts: [.text("Let me see."), call("a"), call("b", "g")]),
            .toolResult(callID: "a", text: "1"), .toolResult(callID: "b", text: "no", isError: true), .user("Well?"),
        ])
        #expect(
            encoded.contents
                == #"[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"Let me see."},{"functionCall":{"id":"a","name":"f","args":{}}},{"functionCall":{"id":"b","name":"g","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"id":"a","name":"f","response":{"output":"1"}}},{"functionResponse":{"id":"b","name":"g","response":{"error":"no"}}},{"text":"Well?"}]}]"#
        )
        #expect(encoded.notes.isEmpty)
    }

    @Test("PITFALLS 7: a call without a result gets one that says so, since the counts must be equal")
    func missingResults() throws {
        let encoded = try GeminiTest.encode([
            .user("Hi"), Message(role: .assistant, parts: [call("a"), call("b")]), .toolResult(callID: "b", text: "2"),
        ])
        let parts = encoded.body["contents"]?[2]?["parts"]
        #expect(parts?[0]?["functionResponse"]?["id"] == "b")
        #expect(parts?[1]?["functionResponse"]?["response"]?["error"] != nil)
        #expect(parts?[2] == nil)
        #expect(encoded.has(.changed, "/messages"))

        let open = try GeminiTest.encode([.user("Hi"), Message(role: .assistant, parts: [call("a")])])
        #expect(open.body["contents"]?[2]?["parts"]?[0]?["functionResponse"]?["name"] == "f")
    }

    @Test func aResultWithoutItsCallIsToldAsText() throws {
        let encoded = try GeminiTest.encode([.user("Hi"), .toolResult(callID: "x", text: "42")])
        #expect(
            encoded.contents == #"[{"role":"user","parts":[{"text":"Hi"},{"text":"Result of the tool x: 42"}]}]"#)
        #expect(encoded.has(.changed, "/messages"))

        let image = ContentPart.media(MediaPart(kind: .image, source: .base64("AAAA"), mediaType: "image/png"))
        let result = ToolResult(callID: "x", name: "f", content: [.text("42"), image])
        let seen = try GeminiTest.encode([.user([.toolResult(result)])])
        #expect(
            seen.body["contents"]?[0]?["parts"]?.serializedString
                == #"[{"text":"Result of the tool f: 42"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]"#)
    }

    @Test func aConversationThatBeginsWithACallGetsATurnBefore() throws {
        let encoded = try GeminiTest.encode([
            Message(role: .assistant, parts: [call("a")]), .toolResult(callID: "a", text: "1"),
        ])
        #expect(encoded.body["contents"]?[0] == ["role": "user", "parts": [["text": "Hello."]]])
    }

    @Test func mintedIdentifiersAreLeftOutAndResultsPutInOrder() throws {
        let body =
            #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}},{"functionCall":{"name":"f","args":{"a":2}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}},{"functionResponse":{"name":"f","response":{"output":"2"}}}]}]}"#
        var request = try GeminiTest.decode(body)
        #expect(try GeminiTest.encode(request).body == JSONValue(parsing: body))
        request.messages[2].parts.reverse()
        #expect(try GeminiTest.encode(request).body == JSONValue(parsing: body))
    }

    @Test("PITFALLS 15: Gemini 3 gets the documented value where the first call has no signature, others nothing")
    func missingSignatures() throws {
        var signed = ToolCall(id: "s", name: "f", arguments: "{}")
        signed.signature = Signature(origin: .gemini, value: "c2ln")
        let messages: [Message] = [
            .user("Hi"), Message(role: .assistant, parts: [call("a"), call("b")]),
            .toolResult(callID: "a", text: "1"), .toolResult(callID: "b", text: "2"),
            Message(role: .assistant, parts: [.toolCall(signed), call("c")]),
            .toolResult(callID: "s", text: "3"), .toolResult(callID: "c", text: "4"),
        ]
        let third = try GeminiTest.encode(messages, model: "gemini-3-pro")
        let calls = third.body["contents"]?[1]?["parts"]
        #expect(calls?[0]?["thoughtSignature"] == "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=")
        #expect(calls?[1]?["thoughtSignature"] == nil)
        let later = third.body["contents"]?[3]?["parts"]
        #expect(later?[0]?["thoughtSignature"] == "c2ln")
        #expect(later?[1]?["thoughtSignature"] == nil)
        #expect(third.notes.map(\.level) == [.info])

        let second = try GeminiTest.encode(messages, model: "gemini-2.5-pro")
        #expect(second.body["contents"]?[1]?["parts"]?[0]?["thoughtSignature"] == nil)
    }

    @Test func callsAndResultsOnTheWrongSideAreLeftOut() throws {
        let encoded = try GeminiTest.encode([
            .user([.text("Hi"), call("a")]),
            Message(role: .assistant, parts: [.toolResult(ToolResult(callID: "a", content: [])), .text("Ho")]),
        ])
        #expect(encoded.has(.dropped, "/messages/0/content/1"))
        #expect(encoded.has(.dropped, "/messages/1/content/0"))
    }
}
