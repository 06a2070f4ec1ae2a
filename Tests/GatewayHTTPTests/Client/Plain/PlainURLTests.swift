import Testing

@testable import GatewayHTTP

struct PlainURLTests {
    @Test(arguments: [
        ("http://localhost", "localhost", ""),
        ("http://10.0.0.1:8080/v1/chat?x=1&y=%20", "10.0.0.1:8080", "/v1/chat?x=1&y=%20"),
        ("http://a_b-c.example:80?x", "a_b-c.example:80", "?x"), ("http://h:1/", "h:1", "/"),
    ])
    func takesTheUsualApart(_ text: String, _ authority: String, _ target: String) throws {
        let url = try #require(PlainURL(text))
        #expect(url.authority == authority)
        #expect(url.target == target)
        #expect(url.hasAuthority(authority))
        #expect(!url.hasAuthority(authority + "1") && !url.hasAuthority(""))
    }

    @Test(arguments: [
        "", "http://", "http:///x", "https://a/", "HTTP://a/", "http://user@a/", "http://user:pass@a/", "http://[::1]/",
        "http://a:/", "http://a:0/", "http://a:65536/", "http://a:99999999999999999999/", "http://a:1x/", "http://a/#f",
        "http://a/ b", "http://a/\u{e9}", "http://\u{e9}/", "http://a/\r\nX: y", "http://a\\b/", "http://a%2f/",
        "http://a;b/",
    ])
    func leavesTheRestToLibcurl(_ text: String) {
        #expect(PlainURL(text) == nil)
    }
}
