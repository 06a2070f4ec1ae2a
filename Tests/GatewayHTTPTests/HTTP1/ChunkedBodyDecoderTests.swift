import Testing

@testable import GatewayHTTP

@Suite struct ChunkedBodyDecoderTests {
    private static let body =
        "5\r\nhello\r\n6 ; a=\"b\" ;c\r\n world\r\n0A\r\n0123456789\r\n000;x\r\nTrailer: yes\r\nX:\r\n\r\n"

    @Test func decodesChunksExtensionsAndTrailers() throws {
        let result = try decode([Array((Self.body + "GET").utf8)[...]])
        #expect(result.text == "hello world0123456789")
        #expect(result.taken == Self.body.utf8.count)
        #expect(result.isComplete)
    }

    @Test func splittingAtEveryByteChangesNothing() throws {
        let bytes = [UInt8](Self.body.utf8)
        for cut in 0...bytes.count {
            let result = try decode([bytes[..<cut], bytes[cut...]])
            #expect(result.text == "hello world0123456789")
            #expect(result.isComplete)
        }
        let single = try decode(bytes.indices.map { bytes[$0...$0] })
        #expect(single.text == "hello world0123456789")
        for cut in 0..<bytes.count { #expect(try !decode([bytes[..<cut]]).isComplete) }
    }

    @Test(arguments: [
        ("\r\n", ChunkFault.size),
        ("g\r\n", .size),
        (" 5\r\nhello\r\n", .size),
        ("-1\r\n", .size),
        ("+5\r\nhello\r\n", .size),
        ("0x5\r\nhello\r\n", .size),
        ("5 \r\nhello\r\n", .size),
        ("5,\r\nhello\r\n", .size),
        ("5\nhello\r\n", .size),
        ("5\rhello", .lineEnd),
        ("5\r\nhello!\r\n", .lineEnd),
        ("5\r\nhello\n", .lineEnd),
        ("5\r\nhello\r5", .lineEnd),
        ("5;a\nb\r\nhello\r\n", .extensionBytes),
        ("5;a\0\r\nhello\r\n", .extensionBytes),
        ("5;a\rb\r\nhello\r\n", .lineEnd),
        ("0000000000000005\r\nhello\r\n", .size),
        ("FFFFFFFFFFFFFFFFF\r\n", .size),
        ("0\r\nno field\r\n\r\n", .trailer),
        ("0\r\n folded: x\r\n\r\n", .trailer),
        ("0\r\nX: a\nY: b\r\n\r\n", .trailer),
        ("0\r\nX: a\rY", .trailer),
        ("0\r\n\rX", .trailer),
        ("5;" + String(repeating: "x", count: 20_000), .extensionsTooLong),
        ("0\r\nX: " + String(repeating: "x", count: 20_000), .trailersTooLong),
        (String(repeating: "1;\(String(repeating: "x", count: 100))\r\na\r\n", count: 200), .extensionsTooLong),
    ])
    func refuses(body: String, fault: ChunkFault) {
        let bytes = [UInt8](body.utf8)
        #expect(throws: ChunkedBodyError.malformed(fault)) { try decode([bytes[...]]) }
        #expect(throws: ChunkedBodyError.malformed(fault)) { try decode(bytes.indices.map { bytes[$0...$0] }) }
    }

    @Test func refusesABodyOverItsLimitBeforeItArrives() throws {
        #expect(throws: ChunkedBodyError.tooLarge(limit: 10)) { try decode([Array("B\r\n".utf8)[...]], limit: 10) }
        #expect(throws: ChunkedBodyError.tooLarge(limit: 10)) {
            try decode([Array("6\r\n123456\r\n5\r\n".utf8)[...]], limit: 10)
        }
        #expect(throws: ChunkedBodyError.tooLarge(limit: 10)) {
            try decode([Array("fffffffffffffff\r\n".utf8)[...]], limit: 10)
        }
        #expect(try decode([Array("A\r\n0123456789\r\n0\r\n\r\n".utf8)[...]], limit: 10).isComplete)
    }

    private func decode(
        _ pieces: [ArraySlice<UInt8>], limit: Int = 1 << 20
    ) throws -> (text: String, taken: Int, isComplete: Bool) {
        var decoder = ChunkedBodyDecoder(limit: limit)
        var output: [UInt8] = []
        var taken = 0
        for piece in pieces { taken += try decoder.decode(Array(piece).span, into: &output) }
        return (String(decoding: output, as: UTF8.self), taken, decoder.isComplete)
    }
}
