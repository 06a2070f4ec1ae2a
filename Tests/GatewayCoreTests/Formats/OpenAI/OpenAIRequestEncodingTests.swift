import Testing

@testable import GatewayCore

struct OpenAIRequestEncodingTests {
    private let codec = OpenAICodec()
    private let user = [Message.user("Hi")]
    private let png = MediaPart(kind: .image, source: .base64("iVBORw0KGgo="), mediaType: "image/png")

    @Test("PITFALLS 24: reasoning models get max_completion_tokens and no sampling")
    func leavesOutWhatReasoningModelsRefuse() throws {
        var request = ChatRequest(model: "m", messages: user)
        request.sampling.temperature = JSONNumber(0)
        request.sampling.topK = JSONNumber(5)
        request.sampling.wantsLogprobs = true
        request.stopSequences = ["x"]
        let (body, notes) = try codec.encoded(request, for: "gpt-5-mini")
        #expect(body == ["model": "gpt-5-mini", "messages": [["role": "user", "content": "Hi"]]])
        #expect(Set(notes.map(\.pointer)) == ["/temperature", "/top_k", "/logprobs", "/stop"])
        #expect(notes.allSatisfy { $0.action == .dropped && $0.level == .warning })
    }

    @Test func keepsSamplingWhereTheModelDoesNotReason() throws {
        var request = ChatRequest(model: "m", messages: user)
        request.sampling.temperature = JSONNumber(validText: "0.50")
        #expect(try codec.encoded(request, for: "gpt-5.1").body["temperature"]?.number?.text == "0.50")
        request.reasoning = ReasoningSettings(effort: .high)
        #expect(try codec.encoded(request, for: "gpt-5.1").body["temperature"] == nil)
        var traits = ModelTraits()
        traits.sampling = true
        #expect(try codec.encoded(request, for: "gpt-5.1", traits: traits).body["temperature"]?.number?.text == "0.50")
    }

    @Test("PITFALLS 24: numbers are brought into the ranges of the format")
    func clipsToTheRangesOfTheFormat() throws {
        var request = ChatRequest(model: "m", messages: user, maxOutputTokens: 0)
        request.sampling.temperature = JSONNumber(3)
        request.sampling.topLogprobs = 50
        request.sampling.wantsLogprobs = true
        request.stopSequences = ["1", "2", "3", "4", "5"]
        let (body, notes) = try codec.encoded(request)
        #expect(body["temperature"] == 2)
        #expect(body["max_completion_tokens"] == 1)
        #expect(body["top_logprobs"] == 20)
        #expect(body["stop"] == ["1", "2", "3", "4"])
        #expect(notes.allSatisfy { $0.action == .clipped } && notes.count == 4)
    }

    @Test("PITFALLS 24: services that know max_tokens alone get that")
    func speaksToServicesThatKnowTheOldNames() throws {
        var traits = ModelTraits()
        traits.legacyMaxTokens = true
        let messages = [Message(role: .developer, parts: [.text("Be brief.")]), .user("Hi")]
        let request = ChatRequest(model: "m", messages: messages, maxOutputTokens: 9)
        let body = try codec.encoded(request, for: "llama", traits: traits).body
        #expect(body["max_tokens"] == 9)
        #expect(body["messages"]?[0]?["role"] == "system")
    }

    @Test func fitsTheReasoningEffortToTheModel() throws {
        let cases: [(ReasoningSettings, String, String?)] = [
            (ReasoningSettings(mode: .budget(8192)), "o3", "medium"),
            (ReasoningSettings(mode: .budget(60000)), "o3", "high"),
            (ReasoningSettings(mode: .disabled), "gpt-5", "minimal"),
            (ReasoningSettings(mode: .disabled), "gpt-5.2", "none"),
            (ReasoningSettings(mode: .disabled), "some-model", nil),
            (ReasoningSettings(mode: .budget(512)), "some-model", "low"),
            (ReasoningSettings(mode: .adaptive), "o3", nil),
            (ReasoningSettings(effort: .max), "gpt-5.2", "xhigh"),
            (ReasoningSettings(effort: .high), "gpt-4o", nil),
        ]
        for (settings, model, effort) in cases {
            var request = ChatRequest(model: "m", messages: user)
            request.reasoning = settings
            #expect(try codec.encoded(request, for: model).body["reasoning_effort"]?.string == effort, "\(model)")
        }
    }

    @Test("PITFALLS 7: results follow their calls, the text and images beside them are kept")
    func putsResultsBeforeTextAndTheirImagesIntoTheUsersMessage() throws {
        let results: [ContentPart] = [
            .text("And now?"),
            .toolResult(ToolResult(callID: "1", content: [.text("one"), .media(png)])),
            .toolResult(ToolResult(callID: "2", content: [.text("two")], isError: true)),
        ]
        let request = ChatRequest(model: "m", messages: [calls("1", "2"), Message(role: .user, parts: results)])
        let (body, notes) = try codec.encoded(request)
        #expect(
            JSONValue.array(Array((body["messages"]?.array ?? []).dropFirst())).serializedString
                == #"[{"role":"tool","tool_call_id":"1","content":"one"},{"role":"tool","tool_call_id":"2","content":"two"},"#
                + #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},"#
                + #"{"type":"text","text":"And now?"}]}]"#)
        #expect(notes.map(\.pointer) == ["/messages/1/content/1/content/1", "/messages/1/content/2/is_error"])
        #expect(notes.map(\.action) == [.changed, .dropped])
    }

    private func calls(_ ids: String...) -> Message {
        Message(role: .assistant, parts: ids.map { .toolCall(ToolCall(id: $0, name: "look", arguments: "{}")) })
    }

    @Test("PITFALLS 7: a result whose call does not go along is told as text")
    func tellsOrphanedResultsAsText() throws {
        let call = JSONValue.object(["id": "1", "type": "custom"])
        let messages: [Message] = [
            .user("Hi"),
            Message(role: .assistant, parts: [.foreign(Foreign(origin: .gemini, value: call))]),
            .toolResult(callID: "1", text: "found"),
        ]
        let (body, notes) = try codec.encoded(ChatRequest(model: "m", messages: messages))
        #expect(body["messages"]?[1] == ["role": "user", "content": "Result of the tool 1: found"])
        #expect(notes.map(\.pointer) == ["/messages/1/content/0", "/messages/2/content/0"])
    }

    @Test func keepsImagesOfSeveralResultsBehindTheLastOne() throws {
        let result = { (id: String) in
            Message(role: .tool, parts: [.toolResult(ToolResult(callID: id, content: [.media(png)]))])
        }
        let text = try codec.encodedMessages([calls("1", "2"), result("1"), result("2"), .assistant("Done")])
        let roles = try JSONValue(parsing: text).array?.compactMap { $0["role"]?.string }
        #expect(roles == ["assistant", "tool", "tool", "user", "assistant"])
    }

    @Test("PITFALLS 24: turns of which nothing remains are left out")
    func leavesOutTurnsOfWhichNothingRemains() throws {
        let thought = ReasoningPart(text: "hm", signature: Signature(origin: .anthropic, value: "s"))
        let messages = [Message.user("Hi"), Message(role: .assistant, parts: [.reasoning(thought)])]
        let (body, notes) = try codec.encoded(ChatRequest(model: "m", messages: messages))
        #expect(body["messages"]?.array?.count == 1)
        #expect(notes.map(\.pointer) == ["/messages/1/content/0"])
    }

    @Test func givesReasoningBackToServicesThatSentIt() throws {
        let messages = [
            Message.user("Hi"),
            Message(role: .assistant, parts: [.reasoning(ReasoningPart(text: "hm")), .text("Hello")]),
        ]
        #expect(try codec.encodedMessages(messages, for: "deepseek-reasoner").contains(#""reasoning_content":"hm""#))
        #expect(!(try codec.encodedMessages(messages).contains("reasoning")))
    }

    @Test func dropsWhatTheFormatHasNoPlaceFor() throws {
        let parts: [ContentPart] = [
            .text("Hi"), .media(MediaPart(kind: .video, source: .url("https://a/b.mp4"))),
            .media(MediaPart(kind: .document, source: .url("https://a/b.pdf"))),
            .media(MediaPart(kind: .audio, source: .base64("AA=="), mediaType: "audio/ogg")),
            .media(MediaPart(kind: .image, source: .file(id: "f", origin: .anthropic))),
            .foreign(Foreign(origin: .gemini, value: ["executableCode": [:]])),
        ]
        let (body, notes) = try codec.encoded(ChatRequest(model: "m", messages: [.user(parts)]))
        #expect(body["messages"] == [["role": "user", "content": "Hi"]])
        #expect(notes.map(\.pointer) == (1...5).map { "/messages/0/content/\($0)" })
        #expect(notes.allSatisfy { $0.level == .warning })
    }

    @Test func writesTextDocumentsAsText() throws {
        let document = MediaPart(kind: .document, source: .text("contents"), mediaType: "text/plain", name: "a.txt")
        #expect(
            try codec.encodedMessages([.user([.media(document)])]) == #"[{"role":"user","content":"contents"}]"#)
    }

    @Test("PITFALLS 19: marks of other formats stay out")
    func noMarksOfOthersReachTheWire() throws {
        var text = TextPart("Hi")
        text.cache = CacheBreakpoint()
        text.signature = Signature(origin: .gemini, value: "s")
        text.extras = Extras(origin: .anthropic, fields: ["citations": ["enabled": true]])
        var request = ChatRequest(model: "m", messages: [.user([.text(text)])])
        request.extras = Extras(origin: .anthropic, fields: ["container": "c"])
        let (body, notes) = try codec.encoded(request)
        #expect(body == ["model": "gpt-4o", "messages": [["role": "user", "content": "Hi"]]])
        #expect(notes.filter { $0.level == .info }.count == 2)
        #expect(
            notes.filter { $0.level == .warning }.map(\.pointer) == ["/messages/0/content/0/citations", "/container"])
    }

    @Test("PITFALLS 17: a tool has one name in definitions, choice and history")
    func mapsToolNamesTheSameEverywhere() throws {
        var request = ChatRequest(
            model: "m",
            messages: [
                .user("Hi"),
                Message(role: .assistant, parts: [.toolCall(ToolCall(id: "1", name: "a.b:c", arguments: ""))]),
            ], tools: [.function(FunctionTool(name: "a.b:c"))], toolChoice: .named("a.b:c"))
        request.parallelToolCalls = false
        let (body, notes) = try codec.encoded(request)
        #expect(body["tools"]?[0]?["function"]?["name"] == "a_b_c")
        #expect(body["tool_choice"]?["function"]?["name"] == "a_b_c")
        #expect(body["messages"]?[1]?["tool_calls"]?[0]?["function"] == ["name": "a_b_c", "arguments": "{}"])
        #expect(body["parallel_tool_calls"] == false)
        #expect(notes.map(\.pointer) == ["/tools/0"])
    }

    @Test("PITFALLS 17: long identifiers are shortened alike at both ends")
    func shortensLongCallIDsOnBothSides() throws {
        let id = String(repeating: "i", count: 60)
        let messages = [
            Message(role: .assistant, parts: [.toolCall(ToolCall(id: id, name: "f", arguments: "{}"))]),
            .toolResult(callID: id, text: "ok"),
        ]
        let body = try codec.encoded(ChatRequest(model: "m", messages: messages)).body
        let short = try #require(body["messages"]?[0]?["tool_calls"]?[0]?["id"]?.string)
        #expect(short.utf8.count == 40)
        #expect(body["messages"]?[1]?["tool_call_id"]?.string == short)
    }

    @Test func saysNothingOfToolsWhereNoneIsLeft() throws {
        var request = ChatRequest(
            model: "m", messages: user,
            tools: [.foreign(Foreign(origin: .anthropic, value: ["type": "bash_20250124"]))],
            toolChoice: .required)
        request.parallelToolCalls = true
        let (body, notes) = try codec.encoded(request)
        #expect(body["tools"] == nil && body["tool_choice"] == nil && body["parallel_tool_calls"] == nil)
        #expect(notes.map(\.pointer) == ["/tools/0", "/tool_choice"])
    }

    @Test func emulatesSchemasForModelsWithoutThem() throws {
        var request = ChatRequest(model: "m", messages: user)
        request.responseFormat = .jsonSchema(ResponseSchema(schema: ["type": "object"]))
        #expect(
            try codec.encoded(request).body["response_format"]
                == ["type": "json_schema", "json_schema": ["name": "response", "schema": ["type": "object"]]])
        let (body, notes) = try codec.encoded(request, for: "gpt-4-turbo")
        #expect(body["response_format"] == ["type": "json_object"])
        #expect(body["messages"]?[1]?["content"]?.string?.hasSuffix(#"{"type":"object"}"#) == true)
        #expect(notes.map(\.action) == [.emulated])
    }

    @Test func translatesTiersAndLongUserNames() throws {
        var request = ChatRequest(model: "m", messages: user)
        request.serviceTier = "standard_only"
        request.endUser = String(repeating: "u", count: 150)
        let body = try codec.encoded(request).body
        #expect(body["service_tier"] == "default")
        #expect(body["user"]?.string?.utf8.count == 64)
    }

    @Test("PITFALLS 12: every stream is asked for its usage")
    func asksForUsageOnlyInStreams() throws {
        var request = ChatRequest(model: "m", messages: user)
        request.wantsStreamUsage = true
        #expect(try codec.encoded(request).body["stream_options"] == nil)
        request.isStreaming = true
        #expect(try codec.encoded(request).body["stream_options"] == ["include_usage": true])
    }

    @Test func refusesARequestThatCannotBeSaid() {
        let request = ChatRequest(
            model: "m", messages: [.user([.media(MediaPart(kind: .video, source: .url("https://a/b.mp4")))])])
        #expect(throws: ConversionError.self) { try codec.encoded(request) }
    }
}
