import GatewayCore
import GatewayStorage
import Testing

@Suite struct PriceSourceTests {
    /// A busy gateway looks six hundred times a second.
    @Test func canBeLookedAtForDays() {
        let source = PriceSource()
        #expect(source.book == nil)
        source.follow { .builtIn }
        var found = 0
        for _ in 0..<500_000 where source.book === PriceBook.builtIn { found += 1 }
        #expect(found == 500_000)
    }
}
