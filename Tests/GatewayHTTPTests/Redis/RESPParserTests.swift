import Testing

@testable import GatewayHTTP

struct RESPParserTests {
    /// Everything that one stream holds, in pieces of that size; the error as its last element's stand-in.
    private func parse(
        _ text: String, pieces size: Int = .max, limits: RESPParser.Limits = RESPParser.Limits()
    ) -> (values: [RESPValue], error: RESPError?) {
        var parser = RESPParser(limits: limits)
        var values: [RESPValue] = []
        var rest = Array(text.utf8)[...]
        do throws(RESPError) {
            while !rest.isEmpty {
                parser.append(rest.prefix(size))
                rest = rest.dropFirst(size)
                while let value = try parser.next() { values.append(value) }
            }
        } catch {
            return (values, error)
        }
        return (values, nil)
    }

    private static let stream =
        "+OK\r\n-OOM command not allowed\r\n:-12\r\n$5\r\na\r\nb\0\r\n$-1\r\n*-1\r\n*0\r\n*3\r\n:1\r\n*2\r\n$0\r\n\r\n_\r\n+x\r\n"
        + "%1\r\n+k\r\n#t\r\n~2\r\n,1.5\r\n,-inf\r\n(-12345678901234567890\r\n=7\r\ntxt:abc\r\n!10\r\nERR a b\r\nc\r\n"
        + ">2\r\n+pubsub\r\n+x\r\n|1\r\n+ttl\r\n:3\r\n#f\r\n"
    private static let values: [RESPValue] = [
        .simple("OK"), .error(RESPRefusal("OOM command not allowed")), .integer(-12), .bytes(Array("a\r\nb\0".utf8)),
        .null, .null, .array([]), .array([.integer(1), .array([.bytes([]), .null]), .simple("x")]),
        .array([.simple("k"), .boolean(true)]), .array([.double(1.5), .double(-.infinity)]),
        .bytes(Array("-12345678901234567890".utf8)), .bytes(Array("abc".utf8)), .error(RESPRefusal("ERR a b\r\nc")),
        .boolean(false),
    ]

    @Test(arguments: [1, 2, 3, 7, 1000])
    func readsEveryTypeHoweverItIsSplit(size: Int) {
        let (values, error) = parse(Self.stream, pieces: size)
        #expect(error == nil)
        #expect(values == Self.values)
    }

    @Test func tellsTheCodeOfARefusal() {
        #expect(RESPRefusal("OOM command not allowed").code == "OOM")
        #expect(RESPRefusal("unknown command 'x'").code == "ERR")
        #expect(RESPRefusal("").code == "ERR")
    }

    @Test(arguments: [
        "\r\n", "?\r\n", "+a\n", "+a\rb\r\n", ":\r\n", ":1x\r\n", ":9223372036854775808\r\n", "$x\r\n", "$-2\r\n",
        "$?\r\n",
        "$3\r\nabcd\r\n", "*-2\r\n", "*1x\r\n", "_x\r\n", "#x\r\n", ",x\r\n", "(1.5\r\n", "=3\r\nabc\r\n",
        "*1\r\n>1\r\n+x\r\n",
        "$+3\r\nabc\r\n", ":--1\r\n",
    ])
    func refusesWhatIsNoRESP(_ text: String) {
        guard case .malformed = parse(text).error else { return #expect(Bool(false), "\(parse(text))") }
    }

    @Test func holdsEveryLimit() {
        var limits = RESPParser.Limits()
        (limits.lineBytes, limits.replyBytes, limits.elements, limits.depth) = (16, 20, 4, 3)
        for text in [
            "+aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "$21\r\n", "*2\r\n$15\r\naaaaaaaaaaaaaaa\r\n$15\r\naaaaaaaaaaaaaaa\r\n",
            "*5\r\n",
            "*2\r\n*2\r\n:1\r\n:1\r\n:1\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "*9999999999\r\n",
            "*4\r\n*0\r\n*0\r\n*0\r\n*0\r\n",
        ] {
            guard case .tooLarge = parse(text, limits: limits).error else {
                #expect(Bool(false), "\(text) \(parse(text, limits: limits))")
                continue
            }
        }
        #expect(parse("*3\r\n:1\r\n:1\r\n:1\r\n*3\r\n:1\r\n:1\r\n:1\r\n", limits: limits).values.count == 2)
    }

    @Test func staysBrokenAfterAnError() {
        var parser = RESPParser()
        parser.append(Array("?\r\n+OK\r\n".utf8))
        #expect(throws: RESPError.self) { try parser.next() }
        #expect(throws: RESPError.self) { try parser.next() }
    }
}

struct RedisCommandTests {
    private let script = RedisScript(.reserve, "return 1")

    private func text(_ command: RedisCommand, digest: String? = nil) -> String {
        var bytes: [UInt8] = []
        command.write(digest: digest, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func writesWordsAsBulkStrings() {
        let command = RedisCommand(Array("GET".utf8), Array("a\r\nb".utf8))
        #expect(text(command) == "*2\r\n$3\r\nGET\r\n$4\r\na\r\nb\r\n")
    }

    @Test func callsScriptsByTheirDigestWhereItIsKnown() {
        let command = RedisCommand(script, keys: [Array("k".utf8)], arguments: [[UInt8](7)])
        #expect(text(command, digest: "d") == "*5\r\n$7\r\nEVALSHA\r\n$1\r\nd\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\n7\r\n")
        #expect(text(command) == "*5\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\n7\r\n")
    }
}
