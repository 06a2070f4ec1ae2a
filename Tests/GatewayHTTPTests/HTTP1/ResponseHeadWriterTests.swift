import GatewayCore
import Testing

@testable import GatewayHTTP

@Suite struct ResponseHeadWriterTests {
    private func write(
        _ status: Int = 200, _ headers: HTTPFields = [:], method: String = "GET", version: HTTPVersion = .http11,
        length: Int? = 0, isPersistent: Bool = true
    ) -> String {
        var output: [UInt8] = []
        let framing = ResponseFraming(
            isHead: method == "HEAD", version: version, status: status, length: length, isPersistent: isPersistent)
        ResponseHeadWriter.append(
            status: status, headers: headers, framing: framing, date: Array("DATE".utf8), to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func writesAHead() {
        #expect(
            write(404, ["Content-Type": "text/plain", "X-A": "b"], length: 1234)
                == "HTTP/1.1 404 Not Found\r\nDate: DATE\r\nContent-Type: text/plain\r\nX-A: b\r\n"
                + "Content-Length: 1234\r\n\r\n")
        #expect(write(length: nil) == "HTTP/1.1 200 OK\r\nDate: DATE\r\nTransfer-Encoding: chunked\r\n\r\n")
    }

    @Test func framingFieldsAreTheServersOwn() {
        let headers: HTTPFields = [
            "content-length": "9", "Transfer-Encoding": "x", "CONNECTION": "close", "Date": "never",
        ]
        #expect(write(200, headers, length: 1) == "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 1\r\n\r\n")
    }

    @Test func leavesOutFieldsThatWouldBreakTheHead() {
        let headers: HTTPFields = [
            "X-A": "a\r\nSet-Cookie: b", "X B": "c", "": "d", "X-E": "\0", "X-F": "\u{E9}", "X-G\r\nY": "h",
        ]
        #expect(write(200, headers) == "HTTP/1.1 200 OK\r\nDate: DATE\r\nX-F: \u{E9}\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func tellsHTTP10WhatBecomesOfTheConnection() {
        #expect(write(version: .http10).hasSuffix("Connection: keep-alive\r\n\r\n"))
        #expect(write(isPersistent: false).hasSuffix("Connection: close\r\n\r\n"))
        #expect(write(version: .http10, length: nil).hasSuffix("Date: DATE\r\nConnection: close\r\n\r\n"))
    }

    @Test(arguments: [
        ("GET", HTTPVersion.http11, 200, 5 as Int?, ResponseFraming.Body.length(5), true),
        ("HEAD", .http11, 200, 5, .length(5), false),
        ("HEAD", .http11, 200, nil, .none, false),
        ("GET", .http11, 200, nil, .chunked, true),
        ("GET", .http10, 200, nil, .untilClose, true),
        ("GET", .http11, 204, 0, .none, false),
        ("GET", .http11, 304, 7, .none, false),
    ])
    func choosesTheFraming(
        method: String, version: HTTPVersion, status: Int, length: Int?, body: ResponseFraming.Body, sends: Bool
    ) {
        let framing = ResponseFraming(
            isHead: method == "HEAD", version: version, status: status, length: length, isPersistent: true)
        #expect(framing.body == body)
        #expect(framing.sendsBody == sends)
        #expect(framing.closes == (body == .untilClose))
    }

    @Test func writesChunkSizesInHexadecimal() {
        for size in [1, 9, 10, 15, 16, 255, 256, 4096, 65_535, 1 << 24] {
            var bytes: [UInt8] = []
            bytes.appendChunkSize(size)
            #expect(String(decoding: bytes, as: UTF8.self) == String(size, radix: 16) + "\r\n")
        }
    }

    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ])
    func formatsDates(seconds: Int64, text: String) {
        #expect(String(decoding: HTTPDate.bytes(secondsSince1970: seconds), as: UTF8.self) == text)
    }
}
