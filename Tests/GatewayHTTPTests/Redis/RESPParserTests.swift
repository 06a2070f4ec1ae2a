import Testing

@testable import GatewayHTTP

struct RESPParserTests {
    private static let replies: [(String, RESPValue)] = [
        ("+OK\r\n", .simple("OK")),
        ("-ERR unknown command 'X'\r\n", .error("ERR unknown command 'X'")),
        (":-12\r\n", .integer(-12)),
        ("$0\r\n\r\n", .bulk([])),
        ("$4\r\na\r\nb\r\n", .bulk([0x61, 0x0D, 0x0A, 0x62])),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("*0\r\n", .array([])),
        ("*2\r\n:1\r\n*2\r\n$1\r\nx\r\n*0\r\n", .array([.integer(1), .array([.bulk([0x78]), .array([])])])),
    ]

    @Test func readsEveryKindOfReply() throws {
        for (text, value) in Self.replies {
            var parser = RESPParser()
            parser.append(Array(text.utf8)[...])
            #expect(try parser.next() == value)
            #expect(try parser.next() == nil)
        }
    }

    @Test func readsTheSameHoweverTheBytesAreCut() throws {
        let bytes = Array(Self.replies.map(\.0).joined().utf8)
        for size in 1...bytes.count {
            var parser = RESPParser()
            var values: [RESPValue] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                parser.append(bytes[start..<min(start + size, bytes.count)])
                while let value = try parser.next() { values.append(value) }
            }
            #expect(values == Self.replies.map(\.1))
        }
    }

    @Test(arguments: [
        "?\r\n", ":\r\n", ":1x\r\n", ":99999999999999999999\r\n", "$3\r\nabcd\r\n", "+a\rb\r\n", "\r\n",
        "$99999999999\r\n",
        "*9999999999999\r\n", String(repeating: "*1\r\n", count: 9), "+" + String(repeating: "a", count: 70_000),
    ])
    func refusesWhatTheProtocolDoesNotAllow(text: String) {
        var parser = RESPParser()
        parser.append(Array(text.utf8)[...])
        #expect(throws: RESPError.self) { try parser.next() }
    }

    @Test func boundsAReplyOfManyParts() {
        var limits = RESPParser.Limits()
        limits.replySize = 1000
        var parser = RESPParser(limits: limits)
        parser.append(Array(("*900\r\n" + String(repeating: ":1\r\n", count: 900)).utf8)[...])
        #expect(throws: RESPError.self) { try parser.next() }
    }

    @Test func writesCommandsThatCarryAnyBytes() {
        var output: [UInt8] = []
        RESPCommand([Array("SET".utf8), [0x0D, 0x0A], []]).write(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "*3\r\n$3\r\nSET\r\n$2\r\n\r\n\r\n$0\r\n\r\n")
    }
}
