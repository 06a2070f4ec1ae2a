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
}
