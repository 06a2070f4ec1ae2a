import Testing

@testable import GatewayCore

/// The check takes sixteen bytes at a time, and many such windows at once: a mistake must be seen alike wherever it stands.
struct UTF8CheckTests {
    private static let fillers = ["x", "é", "€", "日本語 and ", "\u{1D11E}", "\u{E000}\u{FFFD}", "ߕ", "ऀ\u{D7FF}"]

    private static let mistakes: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xE0, 0x9F, 0xBF], [0xE0, 0x80, 0x80], [0xE1, 0x80],
        [0xE2], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F], [0xF1, 0x80, 0x80],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFF],
    ]

    private func firstMistake(in bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { UTF8Check.firstMistake(in: $0) }
    }

    /// Where the standard library sees the first mistake.
    private func expected(in bytes: [UInt8]) -> Int? {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    @Test(arguments: fillers)
    func passesTextOfEveryLength(_ filler: String) {
        for length in 0..<300 {
            let text = String(repeating: filler, count: length)
            #expect(firstMistake(in: Array(text.utf8)) == nil)
            #expect(firstMistake(in: Array(("a" + text).utf8)) == nil)
        }
        // More windows than are noted at once.
        #expect(firstMistake(in: Array(String(repeating: filler, count: 3000).utf8)) == nil)
    }

    @Test(arguments: mistakes)
    func findsAMistakeAtEveryPlace(_ mistake: [UInt8]) {
        for filler in Self.fillers {
            for before in 0..<150 {
                let start = Array(String(repeating: filler, count: before).utf8)
                for end in ["", "x", "€", String(repeating: "é", count: 60), String(repeating: "x", count: 150)] {
                    #expect(firstMistake(in: start + mistake + Array(end.utf8)) == start.count)
                }
            }
        }
    }

    @Test func findsAMistakeBehindManyWindows() {
        for count in [1000, 1021, 1022, 1023, 1024, 1025, 1030, 2048] {
            let start = Array(String(repeating: "é", count: count).utf8)
            for mistake in Self.mistakes { #expect(firstMistake(in: start + mistake + start) == start.count) }
        }
    }

    @Test func agreesWithTheStandardLibraryOnRandomBytes() {
        var generator = SeededGenerator(seed: 5)
        let pieces =
            Self.fillers.map { Array($0.utf8) } + [
                Array("plain text of a string".utf8), [0xE0, 0xA0, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
            ]
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...60, using: &generator)).flatMap { _ in
                pieces.randomElement(using: &generator) ?? []
            }
            for _ in 0..<Int.random(in: 0...2, using: &generator) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0x70...0xFF, using: &generator)
            }
            #expect(firstMistake(in: bytes) == expected(in: bytes), "\(bytes)")
        }
    }
}
