import Testing

@testable import GatewayCore

struct GeminiDecodeMessageTests {
    @Test func signaturesStayOnTheirParts() throws {
        let parts = try GeminiTest.decodeContents(
            #"""
            {"role":"model","parts":[
              {"text":"Hm","thought":true,"thoughtSignature":"c2ln"},{"text":"Yes","thoughtSignature":"dGV4dA=="},
              {"functionCall":{"id":"c1","name":"f","args":{"a":1.0}},"thoughtSignature":"Y2FsbA=="},
              {"functionCall":{"id":"c2","name":"f"}},{"text":"","thoughtSignature":"bGF0ZQ=="}]}
            """#)[0].parts
        guard case .reasoning(let thought) = parts[0], case .text(let text) = parts[1],
            case .toolCall(let first) = parts[2], case .toolCall(let second) = parts[3], case .text(let late) = parts[4]
        else { return #expect(Bool(false)) }
        #expect(thought.signature == Signature(origin: .gemini, value: "c2ln"))
        #expect(text.signature?.value == "dGV4dA==")
        #expect(first.signature?.value == "Y2FsbA==")
        #expect(first.arguments == #"{"a":1.0}"#)
        #expect(second.signature == nil)
        #expect(second.arguments == "{}")
        #expect(late.signature?.value == "bGF0ZQ==")
    }

    @Test func resultsAloneAreAToolsTurn() throws {
        let result = #"{"functionResponse":{"id":"c1","name":"f","response":{"output":"ok"}}}"#
        let messages = try GeminiTest.decodeContents(
            #"{"parts":[\#(result)]},{"role":"function","parts":[\#(result)]},{"parts":[\#(result),{"text":"and"}]}"#)
        #expect(messages.map(\.role) == [.tool, .tool, .user])
        #expect(messages[0].parts == [.toolResult(ToolResult(callID: "c1", name: "f", content: [.text("ok")]))])
    }

    @Test(arguments: [
        (#"{"output":"ok"}"#, "ok", false), (#"{"error":"no"}"#, "no", true),
        (#"{"error":{"code":5}}"#, #"{"code":5}"#, true), (#"{"output":[1,2.0]}"#, "[1,2.0]", false),
        (#"{"result":"ok"}"#, #"{"result":"ok"}"#, false), ("{}", "{}", false),
    ])
    func responsesAreTextAndComeBackAsTheyWere(_ response: String, _ text: String, _ isError: Bool) throws {
        let request =
            #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"functionCall":{"id":"c1","name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"id":"c1","name":"f","response":\#(response)}}]}]}"#
        let decoded = try GeminiTest.decode(request)
        guard case .toolResult(let result) = decoded.messages[2].parts[0] else { return #expect(Bool(false)) }
        #expect(result.content == [.text(text)])
        #expect(result.isError == isError)
        #expect(try GeminiTest.encode(decoded).body == JSONValue(parsing: request))
    }

    @Test func mediaInsideAResponseIsPartOfTheResult() throws {
        let parts = try GeminiTest.decodeParts(
            #"{"functionResponse":{"id":"c","name":"f","response":{"output":"1"},"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}"#
        )
        guard case .toolResult(let result) = parts[0] else { return #expect(Bool(false)) }
        #expect(
            result.content == [
                .text("1"), .media(MediaPart(kind: .image, source: .base64("AAAA"), mediaType: "image/png")),
            ])
    }

    @Test(arguments: [
        ("image/webp", MediaPart.Kind.image), ("audio/wav", .audio), ("video/mp4", .video),
        ("application/pdf", .document),
        ("text/csv", .document),
    ])
    func theMediaTypeTellsTheKind(_ type: String, _ kind: MediaPart.Kind) throws {
        let parts = try GeminiTest.decodeParts(#"{"inlineData":{"mimeType":"\#(type)","data":"AAAA"}}"#)
        #expect(parts == [.media(MediaPart(kind: kind, source: .base64("AAAA"), mediaType: type))])
    }

    @Test func filesAreAddressesOrUploads() throws {
        let parts = try GeminiTest.decodeParts(
            #"""
            {"fileData":{"fileUri":"https://example.com/a.png?x=1"}},
            {"fileData":{"fileUri":"gs://bucket/a.mp4","mimeType":"video/mp4"}},
            {"fileData":{"fileUri":"https://generativelanguage.googleapis.com/v1beta/files/1","mimeType":"application/pdf"}},
            {"fileData":{"fileUri":"https://www.youtube.com/watch?v=1"},"videoMetadata":{"fps":2}}
            """#)
        let media = parts.compactMap { if case .media(let part) = $0 { part } else { nil } }
        #expect(media.map(\.kind) == [.image, .video, .document, .video])
        #expect(media[0].source == .url("https://example.com/a.png?x=1"))
        #expect(media[1].source == .file(id: "gs://bucket/a.mp4", origin: .gemini))
        #expect(
            media[2].source == .file(id: "https://generativelanguage.googleapis.com/v1beta/files/1", origin: .gemini))
        #expect(media[3].extras?.fields == ["videoMetadata": ["fps": 2]])
    }

    @Test func theOtherAlphabetOfBase64BecomesTheStandardOne() throws {
        let parts = try GeminiTest.decodeParts(#"{"inlineData":{"mimeType":"image/png","data":"-_-_AQ"}}"#)
        #expect(parts == [.media(MediaPart(kind: .image, source: .base64("+/+/AQ=="), mediaType: "image/png"))])
    }

    @Test(arguments: [
        #"{"executableCode":{"language":"PYTHON","code":"1"}}"#, #"{"codeExecutionResult":{"outcome":"OUTCOME_OK"}}"#,
        #"{"toolCall":{"id":"t","toolType":"GOOGLE_SEARCH"},"thoughtSignature":"c2ln"}"#, #"{"new":1}"#,
        #"{"functionCall":{"name":"f","willContinue":true}}"#, #"{"functionCall":{}}"#,
    ])
    func partsOfTheProviderAreKeptWhole(_ part: String) throws {
        let expected = Foreign(origin: .gemini, value: try JSONValue(parsing: part))
        #expect(try GeminiTest.decodeParts(part) == [.foreign(expected)])
    }

    @Test("PITFALLS 7: results without identifiers answer the calls of their name, in order")
    func resultsAreMatchedByNameAndOrder() throws {
        let messages = try GeminiTest.decodeContents(
            #"""
            {"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}},{"functionCall":{"name":"g"}},
              {"functionCall":{"name":"f","args":{"a":2}}}]},
            {"parts":[{"functionResponse":{"name":"g","response":{"output":"g"}}},
              {"functionResponse":{"name":"f","response":{"output":"f1"}}},
              {"functionResponse":{"name":"f","response":{"output":"f2"}}}]},
            {"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}}]},
            {"parts":[{"functionResponse":{"name":"f","response":{"output":"f3"}}}]}
            """#)
        let calls = messages.flatMap(\.parts.toolCalls)
        let results = messages.flatMap(\.parts).compactMap {
            if case .toolResult(let result) = $0 { result } else { nil }
        }
        #expect(Set(calls.map(\.id)).count == 4)
        #expect(results.map(\.callID) == [calls[1].id, calls[0].id, calls[2].id, calls[3].id])
    }

    @Test func aResultWithoutIdentifierAnswersACallThatHasOne() throws {
        let messages = try GeminiTest.decodeContents(
            #"""
            {"role":"model","parts":[{"functionCall":{"id":"call_1","name":"f"}}]},
            {"parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}}]}
            """#)
        guard case .toolResult(let result) = messages[1].parts[0] else { return #expect(Bool(false)) }
        #expect(result.callID == "call_1")
    }

    @Test func aCallThatWasNeverAnsweredTakesNoLaterResult() throws {
        let messages = try GeminiTest.decodeContents(
            #"""
            {"role":"model","parts":[{"functionCall":{"id":"old","name":"f"}}]},{"parts":[{"text":"Never mind."}]},
            {"role":"model","parts":[{"functionCall":{"id":"new","name":"f"}}]},{"role":"model","parts":[{"text":"x"}]},
            {"parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}}]}
            """#)
        guard case .toolResult(let result) = messages[4].parts[0] else { return #expect(Bool(false)) }
        #expect(result.callID == "new")
    }

    @Test func mintedIdentifiersStayTheSameFromTurnToTurn() throws {
        let first = #"{"role":"model","parts":[{"functionCall":{"name":"f"}}]}"#
        let more =
            #"{"parts":[{"functionResponse":{"name":"f","response":{}}}]},{"role":"model","parts":[{"text":"x"}]}"#
        let short = try GeminiTest.decodeContents(first)[0].parts.toolCalls[0].id
        #expect(try GeminiTest.decodeContents("\(first),\(more)")[0].parts.toolCalls[0].id == short)
        #expect(GeminiCallIDs.isMinted(short))
    }
}
