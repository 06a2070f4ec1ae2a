import GatewayCore
import Testing

@testable import GatewayHTTP

/// What RFC 9112 says of responses, each read whole and in every two pieces.
struct ResponseParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: String
        var body = ""
        /// Bytes behind the response.
        var rest = 0
        var isPersistent = true
        /// Whether the end of the connection is the response's.
        var endsWithConnection = false
        var isHeadAnswered = false

        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "a length", bytes: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", body: "body"),
        Case(name: "a length of nothing", bytes: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        Case(
            name: "the same length twice", bytes: "HTTP/1.1 200\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\nx",
            body: "x"),
        Case(
            name: "chunks",
            bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n1;x=y\r\n!\r\n0\r\n\r\n",
            body: "body!"),
        Case(
            name: "chunks and trailers",
            bytes:
                "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\nA: 1\r\nContent-Length: 9\r\n\r\n",
            body: "x"),
        Case(
            name: "chunks beside a length",
            bytes: "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
            body: "x",
            isPersistent: false),
        Case(
            name: "neither", bytes: "HTTP/1.1 200 OK\r\n\r\nbody", body: "body", isPersistent: false,
            endsWithConnection: true),
        Case(name: "no content", bytes: "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"),
        Case(name: "not modified", bytes: "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Case(name: "an answer to HEAD", bytes: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", isHeadAnswered: true),
        Case(
            name: "informational heads before it",
            bytes:
                "HTTP/1.1 100 Continue\r\nContent-Length: 7\r\n\r\nHTTP/1.1 103 E\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            body: "x"),
        Case(
            name: "a connection that closes",
            bytes: "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 1\r\n\r\nx", body: "x",
            isPersistent: false),
        Case(name: "HTTP/1.0", bytes: "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", body: "x", isPersistent: false),
        Case(
            name: "HTTP/1.0 that stays",
            bytes: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
            body: "x"),
        Case(name: "a later minor version", bytes: "HTTP/1.7 200 OK\r\nContent-Length: 1\r\n\r\nx", body: "x"),
        Case(name: "bare line feeds", bytes: "HTTP/1.1 200 OK\nContent-Length: 1\n\nx", body: "x"),
        Case(
            name: "bytes behind it", bytes: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n",
            body: "x",
            rest: 17),
        Case(
            name: "bytes behind chunks", bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nxyz",
            rest: 3),
    ])
    func reads(_ response: Case) throws {
        let bytes = Array(response.bytes.utf8)
        for split in 0...bytes.count {
            var parser = ResponseParser(isHeadAnswered: response.isHeadAnswered)
            var body: [UInt8] = []
            var taken = try take(bytes[..<split], parser: &parser, into: &body)
            if taken == split, !parser.isComplete {
                taken += try take(bytes[split...], parser: &parser, into: &body)
            }
            #expect(taken == bytes.count - response.rest, "split at \(split)")
            #expect(parser.isComplete != response.endsWithConnection, "split at \(split)")
            try parser.end()
            #expect(parser.isComplete)
            #expect(String(decoding: body, as: UTF8.self) == response.body, "split at \(split)")
            #expect(parser.isPersistent == response.isPersistent, "split at \(split)")
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 4, 4\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/2 200\r\n\r\n", "HTTP/11 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nA: 1\r\n  folded\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy",
    ])
    func refuses(_ text: String) throws {
        let bytes = Array(text.utf8)
        for split in 0...bytes.count {
            var parser = ResponseParser()
            var body: [UInt8] = []
            #expect(throws: TransportError.self, "split at \(split)") {
                _ = try take(bytes[..<split], parser: &parser, into: &body)
                _ = try take(bytes[split...], parser: &parser, into: &body)
            }
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nA: 1\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbod",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
    ])
    func isTruncatedByTheEndOf(_ text: String) throws {
        var parser = ResponseParser()
        var body: [UInt8] = []
        _ = try take(Array(text.utf8)[...], parser: &parser, into: &body)
        #expect(parser.hasBegun != text.isEmpty)
        do throws(TransportError) {
            try parser.end()
            Issue.record("complete")
        } catch {
            guard case .truncated = error else { return #expect(Bool(false), "\(error)") }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nA: " + String(repeating: "x", count: 500),
        String(repeating: "HTTP/1.1 100 C\r\n\r\n", count: 40),
        "HTTP/1.1 200 OK\r\n" + String(repeating: "A: 1\r\n", count: 11),
    ])
    func endsWithoutEndHeadsAreNotHeld(_ text: String) {
        var parser = ResponseParser(limits: .init(bytes: 400, fields: 10))
        var body: [UInt8] = []
        #expect(throws: TransportError.self) {
            for byte in text.utf8 { _ = try take([byte], parser: &parser, into: &body) }
        }
    }

    private func take(
        _ bytes: ArraySlice<UInt8>, parser: inout ResponseParser, into body: inout [UInt8]
    ) throws(TransportError) -> Int {
        try Array(bytes).withUnsafeBufferPointer { bytes throws(TransportError) in try parser.read(bytes, into: &body) }
    }
}
