import Testing

@testable import GatewayCore

struct GeminiEncodeMediaTests {
    private func encode(_ part: MediaPart) throws -> (part: JSONValue?, encoded: GeminiTest.Encoded) {
        let encoded = try GeminiTest.encode([.user([.text("See"), .media(part)])])
        return (encoded.body["contents"]?[0]?["parts"]?[1], encoded)
    }

    @Test func bytesStandInline() throws {
        let sound = MediaPart(kind: .audio, source: .base64("AAAA"), mediaType: "audio/wav")
        #expect(try encode(sound).part == ["inlineData": ["mimeType": "audio/wav", "data": "AAAA"]])
    }

    @Test func theMediaTypeIsSniffedAndSpelledRight() throws {
        let bare = MediaPart(kind: .image, source: .base64("iVBORw0KGgo="))
        #expect(try encode(bare).part?["inlineData"]?["mimeType"] == "image/png")
        let jpg = MediaPart(kind: .image, source: .base64("AAAA"), mediaType: "image/JPG; x=1")
        #expect(try encode(jpg).part?["inlineData"]?["mimeType"] == "image/jpeg")
        let url = MediaPart(kind: .image, source: .url("data:image/webp;base64,AAAA"))
        #expect(try encode(url).part?["inlineData"]?["mimeType"] == "image/webp")
        let unknown = try encode(MediaPart(kind: .audio, source: .base64("AAAA")))
        #expect(unknown.part == nil)
        #expect(unknown.encoded.has(.dropped, "/messages/0/content/1"))
    }

    @Test func addressesAreFileData() throws {
        let image = MediaPart(kind: .image, source: .url("https://example.com/a.JPG?w=1"))
        #expect(
            try encode(image).part
                == ["fileData": ["mimeType": "image/jpeg", "fileUri": "https://example.com/a.JPG?w=1"]])
        let bare = MediaPart(kind: .image, source: .url("https://example.com/a"))
        #expect(try encode(bare).part == ["fileData": ["fileUri": "https://example.com/a"]])
    }

    @Test func textDocumentsStandInTheText() throws {
        #expect(try encode(MediaPart(kind: .document, source: .text("Once"), name: "a.txt")).part == ["text": "Once"])
    }

    @Test func filesOfOthersAreDropped() throws {
        let foreign = try encode(MediaPart(kind: .document, source: .file(id: "file_1", origin: .anthropic)))
        #expect(foreign.part == nil)
        #expect(foreign.encoded.has(.dropped, "/messages/0/content/1"))
        let own = MediaPart(kind: .document, source: .file(id: "gs://b/a", origin: .gemini), mediaType: "text/csv")
        #expect(try encode(own).part == ["fileData": ["mimeType": "text/csv", "fileUri": "gs://b/a"]])
    }

    @Test func imagesOfATypeTheModelRefusesAreDroppedWithAWarning() throws {
        let part = ContentPart.media(MediaPart(kind: .image, source: .base64("R0lG"), mediaType: "image/gif"))
        let encoded = try GeminiTest.encode([.user([.text("See"), part])], model: "gemini-2.5-flash")
        #expect(encoded.contents == #"[{"role":"user","parts":[{"text":"See"}]}]"#)
        #expect(encoded.notes.map(\.level) == [.warning])
    }

    @Test func detailIsNoted() throws {
        let image = MediaPart(kind: .image, source: .base64("AAAA"), mediaType: "image/png", detail: "low")
        #expect(try encode(image).encoded.has(.dropped, "/messages/0/content/1/detail"))
    }

    @Test func displayNamesComeBackToGeminiOnly() throws {
        let body =
            #"{"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"application/pdf","data":"JVBERi0x","displayName":"a.pdf"}}]}]}"#
        let request = try GeminiTest.decode(body)
        guard case .media(let part) = request.messages[0].parts[0] else { return #expect(Bool(false)) }
        #expect(part.name == "a.pdf")
        #expect(try GeminiTest.encode(request).body == JSONValue(parsing: body))
        let named = MediaPart(kind: .document, source: .base64("AAAA"), mediaType: "application/pdf", name: "b.pdf")
        #expect(try encode(named).part?["inlineData"]?["displayName"] == nil)
    }
}
