import Testing

@testable import GatewayCore

struct MemoryCacheTests {
    private func key(_ name: String) -> CacheKey {
        CacheKey(format: .openAI, scope: nil, provider: nil, model: name, body: .emptyObject)
    }

    private func answer(_ size: Int, at time: Double = 0) -> CachedAnswer {
        CachedAnswer(
            format: .openAI, isStream: false, bytes: [UInt8](repeating: 32, count: size), provider: "p", instance: "i",
            model: "m", storedAt: time)
    }

    @Test func givesBackWhatItKept() async {
        let cache = MemoryCache(maxBytes: 10_000)
        cache.keep(answer(10), for: key("a"), lifetime: .seconds(60))
        #expect(await cache.answer(to: key("a"), at: 59.9) == answer(10))
        #expect(await cache.answer(to: key("b"), at: 1) == nil)
    }

    @Test func forgetsWhatIsPastItsTime() async {
        let cache = MemoryCache(maxBytes: 10_000)
        cache.keep(answer(10), for: key("a"), lifetime: .seconds(60))
        #expect(await cache.answer(to: key("a"), at: 60) == nil)
        #expect(cache.load.count == 0)
        #expect(cache.load.bytes == 0)
    }

    @Test func forgetsWhatWasNotAskedForTheLongest() async {
        let size = answer(1000).size(with: key("a"))
        let cache = MemoryCache(maxBytes: 3 * size)
        for name in ["a", "b", "c"] { cache.keep(answer(1000), for: key(name), lifetime: .seconds(60)) }
        _ = await cache.answer(to: key("a"), at: 0)
        cache.keep(answer(1000), for: key("d"), lifetime: .seconds(60))
        #expect(await cache.answer(to: key("b"), at: 0) == nil)
        for name in ["a", "c", "d"] { #expect(await cache.answer(to: key(name), at: 0) != nil) }
    }

    @Test func takesNothingLargerThanItself() async {
        let cache = MemoryCache(maxBytes: 2000)
        cache.keep(answer(100), for: key("a"), lifetime: .seconds(60))
        cache.keep(answer(5000), for: key("b"), lifetime: .seconds(60))
        #expect(await cache.answer(to: key("a"), at: 0) != nil)
        #expect(await cache.answer(to: key("b"), at: 0) == nil)
    }

    @Test func forgetsEverythingWhenCleared() async {
        let cache = MemoryCache(maxBytes: 10_000)
        for name in ["a", "b"] { cache.keep(answer(10), for: key(name), lifetime: .seconds(60)) }
        #expect(await cache.clear() == 2)
        #expect(cache.load.bytes == 0)
    }

    /// The list against a plain model of it, over many random steps.
    @Test(arguments: 0..<20) func behavesLikeItsModel(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let unit = answer(500).size(with: key("0"))
        var list = RecencyList(maxBytes: 5 * unit)
        var model: [String] = []
        for _ in 0..<500 {
            let name = String(random.next() % 9)
            if random.next() % 2 == 0 {
                _ = list.insert(answer(500), for: key(name), until: 10)
                model.removeAll { $0 == name }
                model.append(name)
                if model.count > 5 { model.removeFirst() }
            } else {
                #expect((list.value(of: key(name), at: 0) != nil) == model.contains(name))
                guard model.contains(name) else { continue }
                model.removeAll { $0 == name }
                model.append(name)
            }
            #expect(list.count == model.count)
            #expect(list.bytes == model.count * unit)
        }
    }
}

private struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
