import Testing

@testable import GatewayCore

@Suite struct AnthropicEncodeMediaTests {
    private static let png = "iVBORw0KGgoAAAANSUhEUg=="

    private func encode(_ part: MediaPart, traits: ModelTraits = ModelTraits()) throws -> AnthropicTest.Encoded {
        try AnthropicTest.encode([.user([.text("Look."), .media(part)])], traits: traits)
    }

    private func block(_ part: MediaPart) throws -> String? {
        try encode(part).body["messages"]?[0]?["content"]?[1]?.serializedString
    }

    @Test func imagesKeepTheirBytes() throws {
        let expected = #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"\#(Self.png)"}}"#
        let plain = MediaPart(kind: .image, source: .base64(Self.png), mediaType: "image/png")
        let dataURL = MediaPart(kind: .image, source: .url("data:image/png;base64,\(Self.png)"))
        let unnamed = MediaPart(kind: .image, source: .base64(Self.png))
        #expect(try block(plain) == expected)
        #expect(try block(dataURL) == expected)
        #expect(try block(unnamed) == expected)
    }

    @Test func jpgIsSpelledJpeg() throws {
        let part = MediaPart(kind: .image, source: .base64("AAAA"), mediaType: "image/JPG; q=1")
        #expect(try block(part)?.contains(#""media_type":"image/jpeg""#) == true)
    }

    @Test func addressesStayAddresses() throws {
        let part = MediaPart(kind: .image, source: .url("https://a.example/x.png"), detail: "high")
        #expect(try block(part) == #"{"type":"image","source":{"type":"url","url":"https://a.example/x.png"}}"#)
        #expect(try encode(part).infos == ["/messages/0/content/1/detail"])

        var traits = ModelTraits()
        traits.mediaByURL = false
        #expect(try encode(part, traits: traits).warnings == ["/messages/0/content/1"])
        let bucket = MediaPart(kind: .image, source: .url("gs://b/x.png"))
        #expect(try encode(bucket).warnings == ["/messages/0/content/1"])
    }

    @Test func documentsArePDFOrText() throws {
        let pdf = MediaPart(kind: .document, source: .base64("JVBERi0xLjQ="), name: "report.pdf")
        #expect(
            try block(pdf)
                == #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0xLjQ="},"title":"report.pdf"}"#
        )
        let text = MediaPart(kind: .document, source: .base64("aMOpbGxv"), mediaType: "text/csv")
        #expect(
            try block(text)
                == #"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"héllo"}}"#)
        let word = MediaPart(kind: .document, source: .base64("UEsDBA=="), mediaType: "application/msword")
        #expect(try encode(word).warnings == ["/messages/0/content/1"])
    }

    @Test func uploadsBelongToTheirProvider() throws {
        let own = MediaPart(kind: .document, source: .file(id: "file_1", origin: .anthropic))
        #expect(try block(own) == #"{"type":"document","source":{"type":"file","file_id":"file_1"}}"#)
        let theirs = MediaPart(kind: .document, source: .file(id: "file-1", origin: .openAI))
        #expect(try encode(theirs).warnings == ["/messages/0/content/1"])
    }

    @Test(arguments: [MediaPart.Kind.audio, .video])
    func soundAndFilmAreDroppedWithAWarning(kind: MediaPart.Kind) throws {
        let encoded = try encode(MediaPart(kind: kind, source: .base64("AAAA"), mediaType: "audio/wav"))
        #expect(encoded.warnings == ["/messages/0/content/1"])
        #expect(encoded.messages == #"[{"role":"user","content":"Look."}]"#)
    }

    @Test func imagesStandInResultsButNotInAnswers() throws {
        let image = ContentPart.media(MediaPart(kind: .image, source: .base64(Self.png), mediaType: "image/png"))
        let call = ToolCall(id: "c", name: "shot", arguments: "")
        let encoded = try AnthropicTest.encode([
            .user("x"), Message(role: .assistant, parts: [image, .toolCall(call)]),
            Message(role: .tool, parts: [.toolResult(ToolResult(callID: "c", content: [.text("Here:"), image]))]),
        ])
        #expect(encoded.warnings == ["/messages/1/content/0"])
        #expect(encoded.body["messages"]?[2]?["content"]?[0]?["content"]?[1]?["type"] == "image")
    }

    @Test(arguments: [("aGk=", "hi"), ("aGk", "hi"), ("", ""), ("8J+YgA==", "😀")])
    func base64TextIsRead(base64: String, text: String) {
        #expect(AnthropicCodec.text(ofBase64: base64) == text)
    }

    @Test(arguments: ["a*k=", "//8="])
    func whatIsNoTextIsRefused(base64: String) {
        #expect(AnthropicCodec.text(ofBase64: base64) == nil)
    }
}
