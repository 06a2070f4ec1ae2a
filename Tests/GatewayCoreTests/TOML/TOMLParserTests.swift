import Testing

@testable import GatewayCore

@Suite struct TOMLParserTests {
    private func parse(_ text: String) throws(TOMLError) -> TOMLTable {
        try TOMLTable(parsing: Array(text.utf8))
    }

    private func error(_ text: String) -> String {
        do {
            _ = try parse(text)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: TOMLCases.valid) func reads(_ toml: String, _ json: String) throws {
        #expect(try parse(toml).tagged == JSONValue(parsing: json))
    }

    @Test(arguments: TOMLCases.invalid) func refuses(_ toml: String, _ message: String) {
        #expect(error(toml) == message)
    }

    @Test func keepsOrderAndPositions() throws {
        let table = try parse("b = 1\n\n[\"ü\"]\n  \"é\" = [ 2,\n 'x' ]\n[[a]]\nz.y = {q = 1}\n")
        #expect(table.entries.map(\.key) == ["b", "ü", "a"])
        #expect(table.entries.map(\.keyPosition.line) == [1, 3, 6])
        guard case .table(let inner) = table["ü"]?.value, case .array(let items) = inner["é"]?.value else {
            Issue.record("the table should hold an array")
            return
        }
        #expect(table["ü"]?.position == SourcePosition(line: 3, column: 1))
        #expect(inner.entries.first?.keyPosition == SourcePosition(line: 4, column: 3))
        #expect(inner["é"]?.position == SourcePosition(line: 4, column: 9))
        #expect(
            items.map(\.position) == [SourcePosition(line: 4, column: 11), SourcePosition(line: 5, column: 2)])
    }

    @Test func tellsKeysApartThatDifferOnlyInNormalization() throws {
        let table = try parse("\"e\\u0301\" = 1\n\"\\u00e9\" = 2\n")
        #expect(table.entries.count == 2)
        #expect(table["\u{e9}"]?.value == .integer(2))
    }

    @Test func countsColumnsInScalars() {
        #expect(error("a = \"ü€😀\" x") == "1:11: \(Self.endOfLine("'x'"))")
    }

    private static func endOfLine(_ next: String) -> String {
        "the line should end here, not go on with \(next) (write one key and value, or one header, a line)"
    }

    @Test func skipsAByteOrderMarkAtTheStartOnly() throws {
        #expect(try TOMLTable(parsing: [0xEF, 0xBB, 0xBF] + Array("a = 1".utf8)).entries.count == 1)
        #expect(throws: TOMLError.self) {
            try TOMLTable(parsing: Array("a = 1\n".utf8) + [0xEF, 0xBB, 0xBF])
        }
    }

    @Test(
        arguments: [
            ([0x61, 0xFF], 2), ([0xC0, 0x80], 1), ([0x23, 0xED, 0xA0, 0x80], 2), ([0x23, 0xF4, 0x90, 0x80, 0x80], 2),
            ([0x23, 0xE2, 0x82], 2),
        ] as [([UInt8], Int)])
    func refusesBytesThatAreNotUTF8(_ bytes: [UInt8], _ column: Int) {
        #expect {
            try TOMLTable(parsing: [0x0A] + bytes)
        } throws: { error in
            (error as? TOMLError)?.position == SourcePosition(line: 2, column: column)
        }
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000), "a = " + String(repeating: "[", count: 100_000),
        "a = " + String(repeating: "{a = ", count: 100_000), "a" + String(repeating: ".a", count: 100_000) + " = 1",
        "[a" + String(repeating: ".a", count: 100_000) + "]",
        "a = " + String(repeating: "{a.a.a.a = [", count: 40),
    ])
    func limitsNesting(_ text: String) {
        #expect(throws: TOMLError.self) { try parse(text) }
    }

    @Test func nestsAsDeepAsTheLimit() throws {
        let depth = TOMLParser.maximumDepth - 1
        let arrays = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try parse("a = " + arrays).entries.count == 1)
        #expect(error("a = [" + arrays + "]").hasPrefix("1:132: tables and arrays stand inside one another"))
    }

    @Test func neverTrapsOnMutatedDocuments() {
        let seeds = TOMLCases.valid.map { Array($0.0.utf8) } + TOMLCases.invalid.map { Array($0.0.utf8) }
        let alphabet = Array("[]{}=.,#\"'\\\n\r\t _-+0123456789abefinotuxTZ:é".utf8) + [0, 0x7F, 0xFF]
        var random = SplitMix(state: 7)
        for _ in 0..<20_000 {
            var bytes = seeds[Int(random.next() % UInt64(seeds.count))]
            for _ in 0...random.next() % 4 {
                let place = Int(random.next() % UInt64(bytes.count + 1))
                let byte = alphabet[Int(random.next() % UInt64(alphabet.count))]
                if random.next() % 2 == 0, place < bytes.count {
                    bytes[place] = byte
                } else {
                    bytes.insert(byte, at: place)
                }
            }
            _ = try? TOMLTable(parsing: bytes)
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
