import Testing

@testable import GatewayCore

struct ConverseEncodeRequestTests {
    @Test func mergesTurnsAndPutsResultsFirst() throws {
        let encoded = try ConverseTest.encode([
            .user("Hi"), .user("there"),
            Message(role: .assistant, parts: [.toolCall(ToolCall(id: "c1", name: "f", arguments: "{}"))]),
            .user("and this"), .toolResult(callID: "c1", text: "done"),
        ])
        #expect(encoded["/messages/0/content/1/text"] == "there")
        #expect(encoded["/messages/2/content/0/toolResult/toolUseId"] == "c1")
        #expect(encoded["/messages/2/content/1/text"] == "and this")
        // Calls in the history want their tools defined.
        #expect(encoded["/toolConfig/tools/0/toolSpec/name"] == "f")
        #expect(encoded.has(.changed, "/tools"))
    }

    @Test("PITFALLS 24: system messages alone become a user's turn, empty texts go")
    func saysWhatBedrockAccepts() throws {
        let alone = try ConverseTest.encode([.system("Be brief.")])
        #expect(alone["/messages/0/role"] == "user")
        #expect(alone["/system"] == nil)
        let blank = try ConverseTest.encode([.user([.text(" "), .text("Hi"), .text("")])])
        #expect(blank["/messages/0/content"]?.array?.count == 1)
        #expect(throws: ConversionError.self) { try ConverseTest.encode([.user("")]) }
        let assistant = try ConverseTest.encode([.assistant("Hi"), .user("Go on")])
        #expect(assistant["/messages/0/content/0/text"] == "Hello.")
    }

    @Test("PITFALLS 24: no sampling, limits or tools that a model on Bedrock refuses")
    func keepsToWhatTheModelTakes() throws {
        var request = ChatRequest(
            model: "m", messages: [.user("Hi")], tools: [.function(ConverseTest.weather)], toolChoice: .required,
            maxOutputTokens: 0)
        request.sampling.temperature = JSONNumber(validText: "1.7")
        request.sampling.topK = JSONNumber(40)
        request.sampling.seed = JSONNumber(7)
        request.responseFormat = .jsonSchema(ResponseSchema(schema: ["type": "object"]))
        let llama = try ConverseTest.encode(request, model: ConverseTest.llama)
        #expect(llama["/inferenceConfig"] == ["maxTokens": 1, "temperature": 1])
        #expect(llama["/additionalModelRequestFields"] == nil)
        #expect(llama["/toolConfig/toolChoice"] == nil)
        #expect(llama["/outputConfig"] == nil)
        #expect(llama["/system/0/text"]?.string?.contains("JSON Schema") == true)
        for pointer in ["/top_k", "/seed"] { #expect(llama.has(.dropped, pointer)) }
        #expect(llama.has(.changed, "/tool_choice") && llama.has(.emulated, "/response_format"))

        let nova = try ConverseTest.encode(request, model: ConverseTest.nova)
        #expect(nova["/additionalModelRequestFields/inferenceConfig/topK"] == 40)
        #expect(nova["/toolConfig/toolChoice/any"] == [:])

        let newest = try ConverseTest.encode(request, model: "anthropic.claude-opus-4-8-v1:0")
        #expect(newest["/inferenceConfig"] == ["maxTokens": 1])
        #expect(newest.has(.dropped, "/temperature"))
    }

    @Test("PITFALLS 24: schemas go in a string, closed as Claude's grammar wants them")
    func writesSchemasAsText() throws {
        var request = ChatRequest(model: "m", messages: [.user("Hi")])
        request.responseFormat = .jsonSchema(
            ResponseSchema(
                name: "n", schema: ["type": "object", "properties": ["a": ["type": "integer", "minimum": 1]]]))
        let encoded = try ConverseTest.encode(request)
        let text = try #require(encoded["/outputConfig/textFormat/structure/jsonSchema/schema"]?.string)
        let schema = try JSONValue(parsing: text)
        #expect(schema["additionalProperties"] == false)
        #expect(schema["properties"]?["a"]?["minimum"] == nil)
    }

    @Test("PITFALLS 17: names and identifiers fit the API's limits, alike at both ends")
    func shortensNamesAndIdentifiers() throws {
        let id = "call/" + String(repeating: "x", count: 100)
        var request = ChatRequest(
            model: "m",
            messages: [
                .user("Hi"),
                Message(
                    role: .assistant,
                    parts: [.toolCall(ToolCall(id: id, name: "a.tool with blanks", arguments: "{}"))]),
                .toolResult(callID: id, text: "done"),
            ])
        request.tools = [.function(FunctionTool(name: "a.tool with blanks"))]
        let encoded = try ConverseTest.encode(request)
        let call = try #require(encoded["/messages/1/content/0/toolUse"])
        #expect(ConverseCodec.callIDRule.allows(try #require(call["toolUseId"]?.string)))
        #expect(call["toolUseId"] == encoded["/messages/2/content/0/toolResult/toolUseId"])
        #expect(call["name"] == encoded["/toolConfig/tools/0/toolSpec/name"])
        #expect(call["name"] == "a_tool_with_blanks")
    }

    @Test func leavesOutToolsThatMustNotBeCalled() throws {
        let request = ChatRequest(
            model: "m", messages: [.user("Hi")], tools: [.function(ConverseTest.weather)],
            toolChoice: ToolChoice.none)
        #expect(try ConverseTest.encode(request)["/toolConfig"] == nil)
    }

    @Test func leavesOutMediaItCannotSend() throws {
        let encoded = try ConverseTest.encode([
            .user([
                .text("Look"), .media(MediaPart(kind: .image, source: .url("https://example.com/a.png"))),
                .media(MediaPart(kind: .image, source: .base64("Qk0="), mediaType: "image/bmp")),
                .media(MediaPart(kind: .audio, source: .base64("UklG"), mediaType: "audio/wav")),
                .media(MediaPart(kind: .image, source: .file(id: "file_1", origin: .anthropic))),
            ])
        ])
        #expect(encoded["/messages/0/content"]?.array?.count == 1)
        for place in 1...4 { #expect(encoded.has(.dropped, "/messages/0/content/\(place)")) }
    }

    @Test func namesDocumentsApartAndPutsATextBesideThem() throws {
        let pdf = MediaPart(
            kind: .document, source: .base64("JVBERi0x"), mediaType: "application/pdf", name: "Q3 résumé.pdf")
        let encoded = try ConverseTest.encode([.user([.media(pdf), .media(pdf)])])
        #expect(encoded["/messages/0/content/0/document/name"] == "Q3 r-sum--pdf")
        #expect(encoded["/messages/0/content/1/document/name"] == "Q3 r-sum--pdf 2")
        #expect(encoded["/messages/0/content/2/text"] == "Read this.")
    }

    @Test func writesClaudesThinkingAndRaisesALimitOfItsOwn() throws {
        var request = ChatRequest(model: "m", messages: [.user("Hi")])
        request.reasoning = ReasoningSettings(mode: .budget(8000))
        let encoded = try ConverseTest.encode(request)
        #expect(
            encoded["/additionalModelRequestFields/thinking"] == ["type": "enabled", "budget_tokens": 8000])
        #expect(encoded["/inferenceConfig/maxTokens"] == 12096)
        request.reasoning = ReasoningSettings(effort: .high)
        let adaptive = try ConverseTest.encode(request, model: "anthropic.claude-opus-4-6-v1:0")
        #expect(adaptive["/additionalModelRequestFields/thinking"] == ["type": "adaptive"])
        #expect(adaptive["/outputConfig/effort"] == "high")
        #expect(adaptive["/inferenceConfig"] == nil)
    }

    @Test func writesOtherVendorsReasoning() throws {
        var request = ChatRequest(model: "m", messages: [.user("Hi")], maxOutputTokens: 100)
        request.reasoning = ReasoningSettings(effort: .high)
        let nova = try ConverseTest.encode(request, model: "us.amazon.nova-2-lite-v1:0")
        #expect(
            nova["/additionalModelRequestFields/reasoningConfig"]
                == ["type": "enabled", "maxReasoningEffort": "medium"])
        #expect(nova.has(.changed, "/reasoning_effort"))
        let open = try ConverseTest.encode(request, model: "openai.gpt-oss-120b-1:0")
        #expect(open["/additionalModelRequestFields/reasoning_effort"] == "high")
        #expect(try ConverseTest.encode(request, model: ConverseTest.llama).has(.dropped, "/reasoning_effort"))
    }

    @Test("PITFALLS 14: thoughts return to Claude with its proof, and to nobody else")
    func sendsThoughtsBackToClaudeAlone() throws {
        let signed = ReasoningPart(text: "Hm.", signature: Signature(origin: .anthropic, value: "sig"))
        let history: [Message] = [
            .user("Hi"),
            Message(
                role: .assistant,
                parts: [
                    .reasoning(signed), .reasoning(ReasoningPart(text: "unsigned")),
                    .reasoning(
                        ReasoningPart(text: "", signature: Signature(origin: .gemini, value: "g"))), .text("Hello"),
                ]), .user("Go on"),
        ]
        let claude = try ConverseTest.encode(history)
        #expect(
            claude["/messages/1/content/0/reasoningContent/reasoningText"] == ["text": "Hm.", "signature": "sig"])
        #expect(claude["/messages/1/content"]?.array?.count == 2)
        let llama = try ConverseTest.encode(history, model: ConverseTest.llama)
        #expect(llama["/messages/1/content"]?.array?.count == 1)
    }

    @Test("PITFALLS 18: at most four cache points, the latest, the long ones first; none where there is no cache")
    func limitsCachePoints() throws {
        func text(_ text: String, _ lifetime: CacheBreakpoint.Lifetime?) -> ContentPart {
            var part = TextPart(text)
            part.cache = CacheBreakpoint(lifetime: lifetime)
            return .text(part)
        }
        let request = ChatRequest(
            model: "m",
            messages: [
                Message(role: .system, parts: [text("a", .oneHour), text("b", .oneHour)]),
                .user([text("c", nil), text("d", .oneHour), text("e", nil)]),
            ])
        let encoded = try ConverseTest.encode(request)
        #expect(
            encoded["/system"]
                == [["text": "a"], ["text": "b"], ["cachePoint": ["type": "default", "ttl": "1h"]]])
        #expect(encoded["/messages/0/content/3/cachePoint"] == ["type": "default", "ttl": "5m"])
        #expect(encoded.has(.dropped, "/cache_control") && encoded.has(.changed, "/cache_control"))
        let llama = try ConverseTest.encode(request, model: ConverseTest.llama)
        #expect(!llama.body.serializedString.contains("cachePoint"))
    }

    @Test func movesLateSystemMessagesToTheStart() throws {
        let messages: [Message] = [.user("Hi"), .assistant("Hello"), .system("Be brief."), .user("Go on")]
        let old = try ConverseTest.encode(messages)
        #expect(old["/system/0/text"] == "Be brief.")
        let new = try ConverseTest.encode(messages, model: "anthropic.claude-opus-4-8-v1:0")
        #expect(new["/messages/2/role"] == "system")
    }
}

struct ConverseDecodeRequestTests {
    @Test func readsCachePointsAsMarksOfWhatIsBefore() throws {
        let parts = try ConverseTest.decodeParts(
            #"[{"text":"a"},{"cachePoint":{"type":"default","ttl":"1h"}},{"cachePoint":{"type":"other"}}]"#)
        guard case .text(let text) = parts[0] else { throw ConversionError("", "no text") }
        #expect(text.cache?.lifetime == .oneHour)
        guard case .foreign = parts[1] else { throw ConversionError("", "an unknown cache point must survive") }
    }

    @Test func readsResultsOfEveryKind() throws {
        let parts = try ConverseTest.decodeParts(
            #"[{"toolResult":{"toolUseId":"c","status":"error","content":[{"json":{"b":1.0,"a":null}},{"text":"t"}]}}]"#
        )
        guard case .toolResult(let result) = parts[0] else { throw ConversionError("", "no result") }
        #expect(result.isError)
        #expect(result.content == [.text(#"{"b":1.0,"a":null}"#), .text("t")])
    }

    @Test func keepsWhatOnlyBedrockKnows() throws {
        let guarded = #"{"guardContent":{"text":{"text":"x"}}}"#
        let s3 = #"{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/k"}}}}"#
        let server = #"{"toolUse":{"toolUseId":"1","name":"n","input":{},"type":"server_tool_use"}}"#
        let parts = try ConverseTest.decodeParts("[\(guarded),\(s3),\(server)]")
        guard case .foreign = parts[0], case .media(let media) = parts[1], case .foreign = parts[2] else {
            throw ConversionError("", "\(parts)")
        }
        #expect(media.source == .file(id: "s3://b/k", origin: .converse))
        let written = try ConverseTest.encode([.user(parts)])
        #expect(written["/messages/0/content"]?.serializedString == "[\(guarded),\(s3),\(server)]")
    }

    @Test(arguments: [
        (#"{"messages":7}"#, "/messages"), (#"{}"#, "/messages"),
        (#"{"messages":[{"role":"model","content":[]}]}"#, "/messages/0/role"),
        (#"{"messages":[{"role":"user","content":"Hi"}]}"#, "/messages/0/content"),
        (#"{"messages":[{"role":"user","content":[{"text":7}]}]}"#, "/messages/0/content/0/text"),
        (#"{"messages":[],"toolConfig":{}}"#, "/toolConfig/tools"),
        (
            #"{"messages":[],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{"}}}}}"#,
            "/outputConfig/textFormat/structure/jsonSchema/schema"
        ),
    ])
    func saysWhereARequestIsWrong(body: String, pointer: String) throws {
        let error = #expect(throws: ConversionError.self) { try ConverseTest.decode(body) }
        #expect(error?.pointer == pointer)
    }
}

struct ConverseModelTraitsTests {
    @Test(arguments: [
        (ConverseTest.claude, ConverseModelTraits.Family.claude), (ConverseTest.nova, .nova),
        (ConverseTest.llama, .llama), ("global.anthropic.claude-opus-4-5-20251101-v1:0", .claude),
        ("amazon.titan-text-express-v1", .other), ("qwen.qwen3-32b-v1:0", .other), ("openai.gpt-oss-20b-1:0", .gptOSS),
        ("arn:aws:bedrock:us-east-1::foundation-model/mistral.mistral-large-2407-v1:0", .mistral),
        ("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.deepseek.r1-v1:0", .deepSeek),
        ("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdef123456", .claude),
    ])
    func knowsTheVendorByTheIdentifier(model: String, family: ConverseModelTraits.Family) {
        #expect(ConverseModelTraits(for: ConversionTarget(model: model)).family == family)
    }
}
