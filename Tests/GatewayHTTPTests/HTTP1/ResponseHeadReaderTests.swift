import GatewayCore
import Testing

@testable import GatewayHTTP

struct ResponseHeadReaderTests {
    @Test func readsStatusAndFieldsInOrder() throws {
        let head = try read("HTTP/1.1 201 Created\r\nA: 1\r\nB:2 \t\r\nA:\r\n\r\n")
        #expect(head.status == 201)
        #expect(
            head.fields == [.init(name: "A", value: "1"), .init(name: "B", value: "2"), .init(name: "A", value: "")])
    }

    @Test func readsHTTP2sStatusLineAndBareLineFeeds() throws {
        let head = try read("HTTP/2 404 \r\nx: y\n\n")
        #expect(head.status == 404)
        #expect(head.fields == [.init(name: "x", value: "y")])
    }

    @Test func readsOverInformationalHeads() throws {
        let head = try read(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\nLink: l\r\n\r\nHTTP/1.1 200\r\nA: 1\r\n\r\n")
        #expect(head.status == 200)
        #expect(head.fields == [.init(name: "A", value: "1")])
    }

    @Test(arguments: [
        "HTTP/1.1\r\n", "HTTP/1.1 20\r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 099 X\r\n", "HTTP/1.1  200 OK\r\n", "\r\n",
        "ICY 200 OK\r\n", "HTTP/1.1 200 OK\r\n: a\r\n", "HTTP/1.1 200 OK\r\nA : b\r\n", "HTTP/1.1 200 OK\r\n\tb: c\r\n",
        "HTTP/1.1 200 OK\r\nA: 1\rB: 2\r\n", "HTTP/1.1 200 OK\r\nA: \0\r\n", "HTTP/1.1 200 O\rK\r\n",
        "HTTP/1.1 200 OK\r\nb\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 2\r\n",
        "HTTP/1.1 200 OK\r\nA: " + String(repeating: "x", count: 1000),
        "HTTP/1.1 200 OK\r\n" + String(repeating: "A: 1\r\n", count: 11),
    ])
    func refuses(_ text: String) {
        #expect(throws: TransportError.self) { try read(text) }
    }

    @Test func repeatedEqualLengthsAreOne() throws {
        #expect(try read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n").fields.count == 2)
    }

    private func read(_ text: String) throws -> ResponseHeadReader {
        var reader = ResponseHeadReader(limits: .init(bytes: 400, fields: 10))
        var step = ResponseHeadReader.Step.unfinished
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) where step == .unfinished {
            step = try (Array(line) + [0x0A]).withUnsafeBufferPointer { line throws(TransportError) in
                try reader.read(line)
            }
        }
        return reader
    }
}
