import Testing

@testable import GatewayCore

struct GeminiEncodePartsTests {
    private func arguments(_ text: String) throws -> (JSONValue?, GeminiTest.Encoded) {
        let call = ToolCall(id: "a", name: "f", arguments: text)
        let encoded = try GeminiTest.encode([
            .user("Hi"), Message(role: .assistant, parts: [.toolCall(call)]), .toolResult(callID: "a", text: "1"),
        ])
        return (encoded.body["contents"]?[1]?["parts"]?[0]?["functionCall"]?["args"], encoded)
    }

    @Test("PITFALLS 6: no arguments are an empty object", arguments: ["", " \n", "{}"])
    func noArguments(_ text: String) throws {
        let (value, encoded) = try arguments(text)
        #expect(value == [:])
        #expect(encoded.notes.isEmpty)
    }

    @Test("PITFALLS 6: numbers and order of arguments stay")
    func argumentsStay() throws {
        #expect(
            try arguments(#"{"z":9007199254740993,"a":1.0}"#).0?.serializedString == #"{"z":9007199254740993,"a":1.0}"#)
    }

    @Test(
        "PITFALLS 6: arguments that are no object are carried as text, with a warning",
        arguments: ["{a", "[1]", "{}{}"])
    func brokenArguments(_ text: String) throws {
        let (value, encoded) = try arguments(text)
        #expect(value == ["_raw": .string(text)])
        #expect(encoded.has(.changed, "/messages/1/content/0/arguments"))
    }

    @Test("PITFALLS 14: reasoning and signatures of other providers are left out with a note, never made up")
    func foreignReasoning() throws {
        var text = TextPart("Yes")
        text.signature = Signature(origin: .anthropic, value: "x")
        let thought = ReasoningPart(text: "Hm", signature: Signature(origin: .anthropic, value: "s"))
        let redacted = ReasoningPart(text: "", redacted: Signature(origin: .anthropic, value: "r"))
        let encoded = try GeminiTest.encode([
            .user("Hi"),
            Message(role: .assistant, parts: [.reasoning(thought), .reasoning(redacted), .text(text)]),
        ])
        #expect(
            encoded.contents == #"[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"Yes"}]}]"#)
        #expect(encoded.notes.count == 3)
        #expect(encoded.notes.allSatisfy { $0.action == .dropped && $0.level == .info })
    }

    @Test("PITFALLS 14: a turn of foreign thinking alone vanishes, and its neighbours join")
    func thinkingOnlyTurn() throws {
        let thought = ReasoningPart(text: "Hm", signature: Signature(origin: .anthropic, value: "s"))
        let encoded = try GeminiTest.encode([
            .user("Hi"), Message(role: .assistant, parts: [.reasoning(thought)]), .user("there"),
        ])
        #expect(encoded.contents == #"[{"role":"user","parts":[{"text":"Hi"},{"text":"there"}]}]"#)
    }

    @Test("PITFALLS 15: the own thoughts and signatures come back byte for byte, once, on their parts")
    func ownThoughts() throws {
        let body =
            #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"Hm","thought":true},{"text":"So","thought":true,"thoughtSignature":"YQ=="},{"text":"Yes","thoughtSignature":"Yg"},{"text":"","thoughtSignature":"_-Y="},{"functionCall":{"id":"c","name":"f","args":{}},"thoughtSignature":"ZA=="},{"functionCall":{"id":"d","name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"id":"c","name":"f","response":{"output":""}}},{"functionResponse":{"id":"d","name":"f","response":{"output":""}}}]}]}"#
        for model in ["model-a", "gemini-3-pro", "gemini-2.5-pro"] {
            let encoded = try GeminiTest.encode(try GeminiTest.decode(body), model: model)
            #expect(encoded.body == (try JSONValue(parsing: body)))
            #expect(encoded.notes.isEmpty)
        }
    }

    @Test func cacheBreakpointsCitationsAndNamesAreNoted() throws {
        var text = TextPart("Hi")
        text.cache = CacheBreakpoint()
        text.citations = [Foreign(origin: .anthropic, value: [:])]
        let encoded = try GeminiTest.encode([Message(role: .user, parts: [.text(text)], name: "Ann")])
        #expect(encoded.has(.dropped, "/messages/0/content/0/cache_control"))
        #expect(encoded.has(.dropped, "/messages/0/content/0/citations"))
        #expect(encoded.has(.dropped, "/messages/0/name"))
        #expect(encoded.notes.filter { $0.level == .warning }.map(\.pointer) == ["/messages/0/name"])
    }

    @Test func foreignPartsAreDroppedWithAWarning() throws {
        let encoded = try GeminiTest.encode([
            .user([.text("Hi"), .foreign(Foreign(origin: .anthropic, value: ["type": "search_result"]))])
        ])
        #expect(encoded.has(.dropped, "/messages/0/content/1"))
        #expect(encoded.notes.allSatisfy { $0.level == .warning })
    }

    @Test func imagesOfResultsFollowWhereTheModelDoesNotTakeThemInside() throws {
        let image = MediaPart(kind: .image, source: .base64("AAAA"), mediaType: "image/png")
        let result = ToolResult(callID: "a", content: [.text("1"), .media(image)])
        let messages: [Message] = [
            .user("Hi"), Message(role: .assistant, parts: [.toolCall(ToolCall(id: "a", name: "f", arguments: ""))]),
            Message(role: .tool, parts: [.toolResult(result)]),
        ]
        let old = try GeminiTest.encode(messages, model: "gemini-2.5-flash")
        #expect(
            old.body["contents"]?[2]?["parts"]?.serializedString
                == #"[{"functionResponse":{"id":"a","name":"f","response":{"output":"1"}}},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]"#
        )
        let new = try GeminiTest.encode(messages, model: "gemini-3-pro")
        #expect(new.body["contents"]?[2]?["parts"]?[0]?["functionResponse"]?["parts"]?[0]?["inlineData"] != nil)
    }
}
