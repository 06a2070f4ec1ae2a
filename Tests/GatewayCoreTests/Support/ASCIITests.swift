import Testing

@testable import GatewayCore

struct ASCIITests {
    @Test(arguments: [
        ("", "", true), ("Content-Type", "content-TYPE", true), ("a", "b", false), ("a", "ab", false),
        ("[", "{", false), ("@", "`", false), ("é", "É", false),
        ("a-very-long-name-indeed-éX", "A-VERY-long-NAME-indeed-éx", true),
    ])
    func onlyLettersOfASCIIHaveNoCase(left: String, right: String, isEqual: Bool) {
        #expect(left.equalsIgnoringASCIICase(right) == isEqual)
        #expect(left[...].equalsIgnoringASCIICase(right) == isEqual)
    }

    /// The Angstrom sign and an A with a ring are equal strings, of as many bytes.
    @Test(arguments: [
        ("", "", true), ("model", "model", true), ("model", "tools", false), ("\u{212B}", "A\u{30A}", false),
        ("a-name-of-twenty-bytes", "a-name-of-twenty-bytes", true),
        ("a-name-of-twenty-bytes", "a-name-of-twenty-bytez", false),
        ("a-name-of-twenty-bytes\u{212B}", "a-name-of-twenty-bytesA\u{30A}", false),
    ])
    func comparesBytesAndNotCharacters(left: String, right: String, isEqual: Bool) {
        #expect(left.hasSameUTF8(as: right) == isEqual)
    }
}
