import Testing

@testable import GatewayCore

struct CacheDirectiveTests {
    private func directive(_ field: String, from mode: CacheMode = .on) -> CacheDirective {
        var directive = CacheDirective(mode)
        directive.narrow(byCacheControl: field)
        return directive
    }

    @Test func narrowsByTheRequestsDirectives() {
        #expect(directive("no-cache") == CacheDirective(.writeOnly))
        #expect(directive("No-Store") == CacheDirective(.off))
        #expect(directive("max-age=60").maxAge == .seconds(60))
        #expect(directive(" max-age=\"60\" , max-age=30").maxAge == .seconds(30))
        #expect(!directive("max-age=0").reads)
        #expect(directive("only-if-cached").isOnlyIfCached)
    }

    @Test func neverWidens() {
        #expect(directive("max-age=60", from: .off).reads == false)
        #expect(directive("no-cache", from: .readOnly) == CacheDirective(.off))
    }

    @Test func passesOverWhatItDoesNotKnow() {
        #expect(directive("no-transform, max-age=x, max-age, ,=,max-stale=3") == .on)
        #expect(directive("max-age=99999999999999999999").maxAge == .seconds(1 << 31))
    }
}
