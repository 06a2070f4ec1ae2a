import GatewayCore
import Testing

@testable import GatewayHTTP

@Suite struct RequestHeadParserTests {
    private static let post = """
        POST /v1/chat/completions?key=a%20b&x HTTP/1.1\r
        Host: localhost:8080\r
        Content-Type: application/json\r
        X-Empty:\r
        Accept:\t a, b \t\r
        Content-Length: 12\r
        \r

        """

    @Test func readsARequest() throws {
        let head = try parse(Self.post)
        #expect(head.method == "POST")
        #expect(head.target == RequestTarget(path: "/v1/chat/completions", query: "key=a%20b&x"))
        #expect(head.version == .http11)
        #expect(head.framing == .length(12))
        #expect(head.isPersistent)
        #expect(!head.expectsContinue)
        #expect(head.headers.map(\.name) == ["host", "content-type", "x-empty", "accept", "content-length"])
        #expect(head.headers["X-EMPTY"] == "")
        #expect(head.headers["accept"] == "a, b")
    }

    @Test func splittingAtEveryByteChangesNothing() throws {
        let whole = try parse(Self.post)
        let bytes = [UInt8](Self.post.utf8)
        for cut in 0...bytes.count { #expect(try parse([bytes[..<cut], bytes[cut...]]) == whole) }
        #expect(try parse(bytes.indices.map { bytes[$0...$0] }) == whole)
    }

    @Test func leavesTheBodyAlone() throws {
        var parser = RequestHeadParser()
        var head: RequestHead?
        let bytes = [UInt8]((Self.post + "hello world!").utf8)
        #expect(try parser.parse(bytes.span, head: &head) == Self.post.utf8.count)
        #expect(head != nil)
        #expect(parser.isUntouched)
    }

    @Test func ignoresEmptyLinesBeforeTheRequestLine() throws {
        #expect(try parse("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").method == "GET")
    }

    /// What request smuggling is made of, and all else that RFC 9112 forbids.
    @Test(arguments: [
        ("GET / HTTP/1.1\nHost: a\n\n", RequestRefusal.malformed(.bareLineFeed)),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n", .malformed(.bareLineFeed)),
        ("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.bareLineFeed)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", .malformed(.fieldValue)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", .malformed(.fieldValue)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u{7F}\r\n\r\n", .malformed(.fieldValue)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", .malformed(.foldedLine)),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .malformed(.foldedLine)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX : a\r\n\r\n", .malformed(.fieldName)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", .malformed(.fieldName)),
        ("GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", .malformed(.fieldName)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX(y): x\r\n\r\n", .malformed(.fieldName)),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\u{E9}: x\r\n\r\n", .malformed(.fieldName)),
        ("GET / HTTP/1.1\r\n\r\n", .malformed(.missingHost)),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .malformed(.repeatedHost)),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .malformed(.invalidHost)),
        ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .malformed(.invalidHost)),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .malformed(.invalidHost)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", .malformed(.repeatedLength)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n", .malformed(.repeatedLength)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\n", .malformed(.invalidLength)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\n", .malformed(.invalidLength)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n", .malformed(.invalidLength)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\n", .malformed(.invalidLength)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 2\r\n\r\n", .malformed(.invalidLength)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", .malformed(.invalidLength)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775808\r\n\r\n", .malformed(.invalidLength)),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", .malformed(.invalidLength)),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            .malformed(.lengthWithTransferCoding)
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
            .malformed(.lengthWithTransferCoding)
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", .malformed(.transferCoding)),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", .malformed(.transferCoding)),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", .malformed(.transferCoding)),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", .malformed(.transferCoding)),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
            .malformed(.transferCoding)
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{B}chunked\r\n\r\n", .malformed(.fieldValue)),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", .malformed(.transferCoding)),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unsupportedTransferCoding),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .malformed(.transferCoding)),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", .unsupportedExpectation),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", .unsupportedVersion),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        ("GET / HTTP/0.9\r\n\r\n", .unsupportedVersion),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        ("GET /\r\n\r\n", .malformed(.requestLine)),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET / x HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /\tx HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /# HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET x HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        ("G\u{0}T / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        ("get / HTTP/1.1\r\nHost: a\r\n\r\n", .unknownMethod),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", .unknownMethod),
        ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", .unknownMethod),
    ])
    func refuses(request: String, refusal: RequestRefusal) {
        let bytes = [UInt8](request.utf8)
        #expect(throws: refusal) { try parse([bytes[...]]) }
        #expect(throws: refusal) { try parse(bytes.indices.map { bytes[$0...$0] }) }
    }

    @Test func refusesWhatIsNoHTTPBeforeALineEnds() {
        let hello: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00]
        #expect(throws: RequestRefusal.malformed(.requestLine)) { try parse([hello[...]]) }
    }

    @Test func acceptsEveryFormOfTarget() throws {
        #expect(try parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").target.path == "*")
        let absolute = try parse("GET HTTP://example.com:81?q=1 HTTP/1.1\r\nHost: other\r\n\r\n")
        #expect(absolute.target == RequestTarget(path: "/", query: "q=1"))
        #expect(absolute.headers.values(of: "host") == ["example.com:81"])
        #expect(try parse("GET https://[::1]/a HTTP/1.1\r\nHost: b\r\n\r\n").headers["host"] == "[::1]")
        #expect(try parse("GET /a|{\"b\"} HTTP/1.1\r\nHost: a\r\n\r\n").target.path == "/a|{\"b\"}")
    }

    @Test func decidesPersistence() throws {
        #expect(try !parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n").isPersistent)
        #expect(try !parse("GET / HTTP/1.0\r\n\r\n").isPersistent)
        #expect(try parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").isPersistent)
        #expect(try parse("GET / HTTP/1.7\r\nHost: a\r\n\r\n").isPersistent)
    }

    @Test func understandsExpectationsAndChunks() throws {
        let head = try parse(
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nTransfer-Encoding: Chunked\r\n\r\n")
        #expect(head.expectsContinue)
        #expect(head.framing == .chunked)
        #expect(try !parse("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expectsContinue)
        #expect(try parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").framing == .none)
    }

    @Test func holdsItsLimits() throws {
        var limits = HTTPLimits()
        limits.headBytes = 200
        limits.headerCount = 3
        limits.targetBytes = 100
        let long = "/" + String(repeating: "a", count: 100)
        #expect(throws: RequestRefusal.targetTooLong(limit: 100)) { try parse("GET \(long) HTTP/1.1\r\n", limits) }
        #expect(throws: RequestRefusal.targetTooLong(limit: 100)) { try parse("GET /" + long + long, limits) }
        #expect(throws: RequestRefusal.headTooLarge(limit: 200)) {
            try parse("GET / HTTP/1.1\r\nHost: a\r\nX: " + long + long, limits)
        }
        #expect(throws: RequestRefusal.headTooLarge(limit: 200)) {
            try parse("GET / HTTP/1.1\r\nHost: a\r\nX: " + long + "\r\nY: " + long + "\r\n\r\n", limits)
        }
        #expect(throws: RequestRefusal.tooManyHeaders(limit: 3)) {
            try parse("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", limits)
        }
        #expect(try parse("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n\r\n", limits).headers.count == 3)
    }

    @Test func survivesRandomBytes() {
        var random = SplitMix(state: 7)
        let alphabet = [UInt8]("GET / HTTP/1.1\r\n\r\nHost: a:\t\0\u{E9}".utf8)
        for _ in 0..<20_000 {
            let count = Int(random.next() % 64)
            let bytes = (0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            _ = try? parse([Array("GET / HTTP/1.1\r\n".utf8)[...], bytes[...]])
        }
    }

    private func parse(_ text: String, _ limits: HTTPLimits = HTTPLimits()) throws -> RequestHead {
        try parse([Array(text.utf8)[...]], limits)
    }

    private struct Incomplete: Error {}

    private func parse(_ pieces: [ArraySlice<UInt8>], _ limits: HTTPLimits = HTTPLimits()) throws -> RequestHead {
        var parser = RequestHeadParser(limits: limits)
        var head: RequestHead?
        var pending: [UInt8] = []
        for piece in pieces {
            pending += piece
            pending.removeFirst(try parser.parse(pending.span, head: &head))
            if let head { return head }
        }
        throw Incomplete()
    }
}
