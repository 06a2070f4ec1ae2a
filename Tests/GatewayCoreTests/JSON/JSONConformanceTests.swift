import Testing

@testable import GatewayCore

struct JSONConformanceTests {
    @Test(arguments: JSONConformanceTable.accepted.map(\.name))
    func accepts(_ name: String) throws {
        let bytes = try input(name, in: JSONConformanceTable.accepted)
        let value = try JSONValue(parsing: bytes)
        #expect(try JSONValue(parsing: value.serialized()) == value)
        #expect(throws: Never.self) { try JSONPeek(bytes) }
    }

    @Test(arguments: JSONConformanceTable.refused.map(\.name))
    func refuses(_ name: String) throws {
        let bytes = try input(name, in: JSONConformanceTable.refused)
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(throws: error) { try JSONPeek(bytes) }
    }

    /// The suite leaves these open. The names say what this parser decided.
    @Test func acceptsNumbersAndLoneSurrogatesButNoBrokenTextOfTheUndecidedOnes() throws {
        for entry in JSONConformanceTable.undecided {
            let bytes = JSONConformanceTable.bytes(of: entry.input)
            let isAccepted = (try? JSONValue(parsing: bytes)) != nil
            let isExpected = entry.name.hasPrefix("number_") || isEscapedSurrogate(bytes)
            #expect(isAccepted == isExpected, "\(entry.name)")
            #expect(((try? JSONPeek(bytes)) != nil) == isExpected, "\(entry.name)")
        }
    }

    @Test func refusesWhatOnlyNestsDeeply() throws {
        let documents = [
            Array(repeating: UInt8(ascii: "["), count: 100_000),
            Array(repeatElement(Array(#"[{"":"#.utf8), count: 50_000).joined()),
            Array(String(repeating: "[", count: 500).utf8) + Array(String(repeating: "]", count: 500).utf8),
        ]
        for document in documents {
            let error = try #require(throws: JSONError.self) { try JSONValue(parsing: document) }
            #expect(error.kind == .tooDeep(limit: 128))
            #expect(throws: error) { try JSONPeek(document) }
        }
    }

    private func isEscapedSurrogate(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 < 0x80 && $0 > 0 } && bytes.contains(UInt8(ascii: "\\"))
    }

    private func input(_ name: String, in table: [JSONConformanceTable.Entry]) throws -> [UInt8] {
        JSONConformanceTable.bytes(of: try #require(table.first { $0.name == name }).input)
    }
}
