import Testing

@testable import GatewayCore

/// The scanner takes sixty-four bytes at a time: escapes must be seen alike wherever in them they stand.
struct JSONScannerTests {
    private static let filler = Array("plain text of a string ".utf8)

    /// As many bytes of a string as asked for, with nothing to escape.
    private func plain(_ count: Int) -> [UInt8] {
        (0..<count).map { Self.filler[$0 % Self.filler.count] }
    }

    private func document(_ content: [UInt8]) -> [UInt8] {
        Array("[\"".utf8) + content + Array("\",1]".utf8)
    }

    @Test(arguments: [1, 2, 3, 4, 31, 32, 33, 63, 64, 65, 128, 131])
    func pairsBackslashesInRunsOfEveryLength(_ length: Int) throws {
        let run = [UInt8](repeating: UInt8(ascii: "\\"), count: length)
        for before in 0..<70 {
            // What follows a run of an odd length is escaped: then the string goes on behind the quote.
            let isOdd = length % 2 == 1
            let bytes = document(plain(before) + run + Array("\"".utf8) + (isOdd ? plain(before) : []))
            if isOdd {
                let text = try JSONValue(parsing: bytes)[0]?.string
                #expect(text?.utf8.count == before + length / 2 + 1 + before)
                #expect(throws: Never.self) { try JSONPeek(bytes) }
            } else {
                // The string ends there, and the one that opens behind it does not.
                let end = try #require(bytes.firstIndex(of: UInt8(ascii: "\"")))
                let quote = before + length + end + 1
                let error = JSONError(
                    offset: quote + 1, kind: .unexpectedByte(UInt8(ascii: "\""), expected: .commaOrArrayEnd))
                #expect(throws: error) { try JSONPeek(bytes) }
            }
        }
    }

    @Test(arguments: ["\\x", "\\ ", "\\u12G4", "\\U0041", "\\u 041", "\\u004", "\\'", "\\\u{1}", "\\\u{E9}", "\\0"])
    func refusesWhatIsNoEscapeAtEveryPlace(_ escape: String) {
        for before in 0..<70 {
            for valid in [#"\n"#, #"\\"#, #"\""#, #"\u00e9"#, "\u{E9}"] {
                let start = plain(before) + Array(valid.utf8) + plain(before % 5)
                let bytes = document(start + Array(escape.utf8) + plain(before))
                #expect(throws: JSONError(offset: start.count + 2, kind: .invalidEscape)) { try JSONPeek(bytes) }
            }
        }
    }

    @Test(arguments: ["\\", "\\u", "\\u1", "\\u12a", #"\\\"#, #"\"\"#])
    func tellsTheEndOfATextInsideAnEscape(_ escape: String) {
        for before in 0..<140 {
            let bytes = Array("\"".utf8) + plain(before) + Array(escape.utf8)
            #expect(throws: JSONError(offset: bytes.count, kind: .unexpectedEnd)) { try JSONPeek(bytes) }
        }
    }

    @Test func reportsTheFirstOfTwoMistakes() {
        for before in 0..<70 {
            let start = plain(before)
            let controlFirst = document(start + [0x1F] + Array(#"\x"#.utf8))
            #expect(throws: JSONError(offset: before + 2, kind: .controlCharacter(0x1F))) { try JSONPeek(controlFirst) }
            let escapeFirst = document(start + Array(#"\x"#.utf8) + [0x1F])
            #expect(throws: JSONError(offset: before + 2, kind: .invalidEscape)) { try JSONPeek(escapeFirst) }
        }
    }

    /// Held against a reader that takes byte by byte.
    @Test func agreesWithAPlainReaderOnRandomStrings() {
        var generator = SeededGenerator(seed: 11)
        let alphabet = Array(#"\\\\\"nu0aFx/ bcdefghijklmnop"#.utf8) + Array("é€".utf8) + [0x1F]
        for round in 0..<20_000 {
            // What is common in a text is often to be found in it, what is not only sometimes.
            let alphabet = round % 3 == 0 ? Array(#"\\\nnntr""#.utf8) : alphabet
            let rarity = [1, 2, 12, 40][Int.random(in: 0..<4, using: &generator)]
            let content = (0..<Int.random(in: 0...400, using: &generator)).map { _ in
                Int.random(in: 0..<rarity, using: &generator) == 0
                    ? alphabet.randomElement(using: &generator) ?? 0 : UInt8(ascii: "x")
            }
            let bytes = [UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")]
            let isAccepted = (try? JSONPeek(bytes)) != nil
            #expect(isAccepted == isString(bytes), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test(arguments: [#"\""#, #"\\\""#, #"\\"#, #"\\d"#, #"\\n"#, #"\\\n"#, #"\/"#, #"\u00e9"#, #"\b"#])
    func passesEscapesAtEveryPlaceOfALongString(_ escape: String) throws {
        for before in 0..<200 {
            // The first one has the scanner look for more.
            let content = Array(#"\n"#.utf8) + plain(before) + Array(escape.utf8) + plain(100)
            let bytes = document(content)
            let peek = try JSONPeek(bytes)
            #expect(
                peek.elements(of: peek.root).map(\.range) == [1..<content.count + 3, bytes.count - 2..<bytes.count - 1])
            #expect(throws: JSONError(offset: before + 4, kind: .controlCharacter(0x0A))) {
                try JSONPeek(document(Array(#"\n"#.utf8) + plain(before) + [0x0A] + plain(100)))
            }
        }
    }

    @Test func reportsAnEarlierMistakeRatherThanInvalidUTF8() {
        for between in [0, 1, 63, 64, 200] {
            let invalid = plain(between) + [0xFF] + plain(3)
            let text = document(Array(#"\x"#.utf8) + invalid)
            #expect(throws: JSONError(offset: 2, kind: .invalidEscape)) { try JSONPeek(text) }
            #expect(throws: JSONError(offset: 2, kind: .invalidEscape)) { try JSONValue(parsing: text) }
            let later = document(invalid + Array(#"\x"#.utf8))
            #expect(throws: JSONError(offset: between + 2, kind: .invalidUTF8)) { try JSONPeek(later) }
            #expect(throws: JSONError(offset: between + 2, kind: .invalidUTF8)) { try JSONValue(parsing: later) }
        }
        // Outside a string it is a byte like any other that must not stand there.
        let error = JSONError(offset: 1, kind: .unexpectedByte(0xE5, expected: .value))
        #expect(throws: error) { try JSONPeek([UInt8(ascii: "["), 0xE5, UInt8(ascii: "]")]) }
    }

    private func isString(_ bytes: [UInt8]) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var index = 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): return index == bytes.count - 1
            case UInt8(ascii: "\\"):
                guard index + 1 < bytes.count else { return false }
                if bytes[index + 1] == UInt8(ascii: "u") {
                    guard index + 5 < bytes.count, bytes[index + 2...index + 5].allSatisfy({ $0.hexDigitValue != nil })
                    else { return false }
                    index += 6
                } else {
                    guard #""\/bfnrt"#.utf8.contains(bytes[index + 1]) else { return false }
                    index += 2
                }
            case 0..<0x20: return false
            default: index += 1
            }
        }
        return false
    }

    @Test func passesMoreLevelsThanFitOneWord() {
        for depth in [1, 63, 64, 65, 127, 128, 200, 512] {
            let limits = JSONLimits(depth: depth)
            let opening = (0..<depth).map { $0 % 3 == 0 ? "[" : "{\"a\":" }
            let closing = (0..<depth).reversed().map { $0 % 3 == 0 ? "]" : "}" }
            let text = Array((opening + ["1"] + closing).joined(separator: " ").utf8)
            #expect(throws: Never.self) { try JSONPeek(text, limits: limits) }
            let deeper = Array("[".utf8) + text + Array("]".utf8)
            #expect(throws: JSONError.self) { try JSONPeek(deeper, limits: limits) }
            #expect(throws: JSONError.self) { try JSONPeek(text.dropLast() + Array("?".utf8), limits: limits) }
        }
    }

    @Test func passesIndentation() throws {
        for width in 0..<40 {
            let indent = "\n" + String(repeating: " ", count: width) + "\t"
            let peek = try JSONPeek(
                Array("\(indent){\(indent)\"a\"\(indent):\(indent)[\(indent)]\(indent)}\(indent)".utf8))
            #expect(peek["a"]?.kind == .array)
        }
    }
}
