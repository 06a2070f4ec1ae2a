import Testing

@testable import GatewayHTTP

@Suite struct RequestTargetTests {
    @Test func decodesEachSegmentOnItsOwn() {
        #expect(RequestTarget(path: "/a/b%2Fc/%C3%A9+").segments == ["a", "b/c", "\u{E9}+"])
        #expect(RequestTarget(path: "/").segments == [""])
        #expect(RequestTarget(path: "/a//b/").segments == ["a", "", "b", ""])
        for broken in ["/%", "/%4", "/%zz", "/%FF"] { #expect(RequestTarget(path: broken).segments == nil) }
    }

    @Test func findsQueryValues() {
        let target = RequestTarget(path: "/", query: "alt=sse&key=a%26b+c&key=second&flag&%6Bx=1")
        #expect(target.queryValue("alt") == "sse")
        #expect(target.queryValue("key") == "a&b c")
        #expect(target.queryValue("flag") == "")
        #expect(target.queryValue("kx") == "1")
        #expect(target.queryValue("none") == nil)
        #expect(RequestTarget(path: "/").queryValue("x") == nil)
    }
}
