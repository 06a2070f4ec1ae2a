import Testing

@testable import GatewayCore

struct CachedAnswerTests {
    private let answer = CachedAnswer(
        format: .anthropic, isStream: true, bytes: Array("event: a\ndata: {}\n\n\0".utf8), provider: "custom:x",
        instance: "i\n1", model: "m\"", storedAt: 1_700_000_000, warnings: "w")

    @Test func isReadAsItWasWritten() {
        #expect(CachedAnswer(encoded: answer.encoded) == answer)
        var plain = answer
        (plain.warnings, plain.bytes, plain.isStream) = (nil, [], false)
        #expect(CachedAnswer(encoded: plain.encoded) == plain)
    }

    @Test func anythingElseIsNoAnswer() {
        let encoded = answer.encoded
        for end in 0..<(encoded.count - answer.bytes.count) {
            #expect(CachedAnswer(encoded: Array(encoded[..<end])) == nil)
        }
        for text in ["", "\n", "{}\n", "[]\n", "null\nx", "{\"version\":2}\n"] {
            #expect(CachedAnswer(encoded: Array(text.utf8)) == nil)
        }
        var newer = String(decoding: encoded, as: UTF8.self)
        newer.replace("\"version\":1", with: "\"version\":2")
        #expect(CachedAnswer(encoded: Array(newer.utf8)) == nil)
    }
}
