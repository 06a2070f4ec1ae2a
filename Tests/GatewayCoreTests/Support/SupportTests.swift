import Testing

@testable import GatewayCore

struct TimestampTests {
    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00Z"), (951_827_696, "2000-02-29T12:34:56Z"), (1_795_255_200, "2026-11-21T10:00:00Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"), (-1, "1969-12-31T23:59:59Z"), (1.9, "1970-01-01T00:00:01Z"),
    ])
    func writesRFC3339(seconds: Double, text: String) {
        #expect(Timestamp.iso8601(seconds) == text)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0.0), ("2000-02-29T12:34:56Z", 951_827_696), ("2026-11-21T10:00:00Z", 1_795_255_200),
        ("2100-02-28t23:59:59z", 4_107_542_399), ("1969-12-31T23:59:59Z", -1), ("1970-01-01T00:00:01.25Z", 1.25),
        ("2026-11-21T11:30:00+01:30", 1_795_255_200), ("2026-11-21T09:00:00-01:00", 1_795_255_200),
    ])
    func readsRFC3339(text: String, seconds: Double) {
        #expect(Timestamp.seconds(iso8601: text) == seconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T10:00:00", "2026-13-21T10:00:00Z", "2026-11-21T24:00:00Z",
        "2026-11-21T10:00:00.Z",
        "2026-11-21T10:00:00+0100", "2026-11-21T10:00:00Zx", "20261-1-21T10:00:00Z", "2026-11-21T10:00:00",
    ])
    func readsNothingElse(text: String) {
        #expect(Timestamp.seconds(iso8601: text) == nil)
    }
}

struct Base64Tests {
    /// The vectors of RFC 4648 section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func encodesTheVectorsOfTheRFC(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        let forURL = Base64.encodeForURL(Array(plain.utf8))
        #expect(forURL == String(encoded.prefix { $0 != "=" }))
        #expect(Base64.decode(forURL) == Array(plain.utf8))
    }

    @Test(arguments: ["A", "A===", "AA=", "AAAA=", "AB C", "AA\nAA", "AAA\u{e9}", "=", "AAAA====", "A=AA"])
    func decodesNothingElse(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func decodesWhatItEncodes() {
        for count in 0..<100 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encodeForURL(bytes)) == bytes)
        }
    }

    @Test func usesTheWholeAlphabet() {
        #expect(Base64.encode([0xFB, 0xFF, 0xBF, 0x00, 0x10, 0x83]) == "+/+/ABCD")
        #expect(Base64.encodeForURL([0xFB, 0xFF, 0xBF, 0x00, 0x10, 0x83]) == "-_-_ABCD")
    }
}

struct RequestIDTests {
    @Test func makesVersion4UUIDsThatDiffer() {
        let source = RequestIDSource()
        var seen: Set<String> = []
        for _ in 0..<10_000 {
            let id = source.next()
            let bytes = Array(id.utf8)
            #expect(bytes.count == 36)
            #expect([8, 13, 18, 23].allSatisfy { bytes[$0] == UInt8(ascii: "-") })
            #expect(bytes[14] == UInt8(ascii: "4"))
            #expect("89ab".utf8.contains(bytes[19]))
            seen.insert(id)
        }
        #expect(seen.count == 10_000)
    }
}

struct ByteSearchTests {
    private func search(_ needle: String, in text: String, from start: Int = 0) -> Int? {
        Array(text.utf8).withUnsafeBytes { ByteSearch.first(of: Array(needle.utf8), in: $0, from: start) }
    }

    @Test func findsTheFirstPlaceWhereverItIs() {
        for length in [0, 1, 15, 31, 32, 33, 63, 64, 100] {
            let text = String(repeating: "x", count: length) + "\"usage\"" + String(repeating: "y", count: 40)
            #expect(search("\"usage\"", in: text) == length)
            #expect(search("\"usage\"", in: text, from: length + 1) == nil)
        }
    }

    @Test func findsNothingInShorterTexts() {
        #expect(search("usage", in: "usag") == nil)
        #expect(search("usage", in: "") == nil)
        #expect(search("", in: "usage") == nil)
    }

    @Test func findsNeedlesAtTheVeryEnd() {
        let text = String(repeating: "u", count: 200) + "usage"
        #expect(search("usage", in: text) == 200)
    }

    @Test func findsLineEnds() {
        for length in [0, 1, 31, 32, 33, 90] {
            for end in ["\n", "\r"] {
                let bytes = Array((String(repeating: "x", count: length) + end + "tail").utf8)
                #expect(bytes.withUnsafeBytes { ByteSearch.firstLineEnd(in: $0, from: 0) } == length)
            }
        }
        #expect([UInt8](repeating: 65, count: 70).withUnsafeBytes { ByteSearch.firstLineEnd(in: $0, from: 0) } == nil)
    }
}
