import Testing

@testable import GatewayCore

struct ReasoningStoreTests {
    private let clock = VirtualTime()

    private func store(
        entries: Int = 10, bytes: Int = 1 << 20, idle: Duration = .seconds(60)
    ) -> ReasoningStore {
        ReasoningStore(
            ReasoningConfiguration(maxEntries: entries, maxBytes: bytes, idleLifetime: idle), clock: clock)
    }

    private func key(_ id: String, client: String? = "a", provider: String = "p", model: String = "m")
        -> ReasoningStore.Key
    {
        ReasoningStore.Key(client: client, provider: provider, model: model, callID: id)
    }

    private func entry(_ text: String) -> ReasoningStore.Entry {
        let thought = ReasoningPart(text: text, signature: Signature(origin: .anthropic, value: "s"))
        return ReasoningStore.Entry(instance: "i", thoughts: [thought], signature: nil)
    }

    @Test func findsWhatWasKept() {
        let store = store()
        store.keep(entry("t"), for: key("1"))
        #expect(store.entry(for: key("1")) == entry("t"))
        #expect(store.entry(for: key("2")) == nil)
    }

    @Test("PITFALLS 14: only the same client, provider and model find a thought again")
    func keepsThemApart() {
        let store = store()
        store.keep(entry("t"), for: key("1"))
        #expect(store.entry(for: key("1", client: "b")) == nil)
        #expect(store.entry(for: key("1", client: nil)) == nil)
        #expect(store.entry(for: key("1", provider: "q")) == nil)
        #expect(store.entry(for: key("1", model: "n")) == nil)
    }

    @Test func holdsNoMoreCallsThanAllowed() {
        let store = store(entries: 3)
        for id in 1...3 { store.keep(entry("t"), for: key("\(id)")) }
        _ = store.entry(for: key("1"))
        store.keep(entry("t"), for: key("4"))
        #expect(store.load.count == 3)
        #expect(store.entry(for: key("2")) == nil)
        #expect(store.entry(for: key("1")) != nil)
    }

    @Test func holdsNoMoreBytesThanAllowed() {
        let store = store(entries: 1000, bytes: 10_000)
        for id in 1...100 { store.keep(entry(String(repeating: "x", count: 700)), for: key("\(id)")) }
        #expect((1...10_000).contains(store.load.bytes))
        #expect(store.load.count >= 5)
        #expect(store.entry(for: key("100")) != nil)
        #expect(store.entry(for: key("1")) == nil)
        for id in 1...100 { store.keep(entry("x"), for: key("\(id)")) }
        for id in 1...100 { store.keep(entry("x"), for: key("\(id)")) }
        #expect(store.load.bytes <= 10_000)
    }

    @Test func takesNoThoughtThatIsLargerThanAllowed() {
        let store = store(bytes: 8 << 20)
        store.keep(entry(String(repeating: "x", count: 1 << 20)), for: key("1"))
        #expect(store.load == (0, 0))
        let small = self.store(bytes: 100)
        small.keep(entry("t"), for: key("1"))
        #expect(small.load == (0, 0))
    }

    @Test func forgetsWhatLiesIdle() {
        let store = store(idle: .seconds(60))
        store.keep(entry("t"), for: key("1"))
        store.keep(entry("t"), for: key("2"))
        clock.advance(by: .seconds(50))
        #expect(store.entry(for: key("1")) != nil)
        clock.advance(by: .seconds(50))
        #expect(store.entry(for: key("1")) != nil)
        #expect(store.entry(for: key("2")) == nil)
        clock.advance(by: .seconds(61))
        #expect(store.entry(for: key("1")) == nil)
        #expect(store.load == (0, 0))
    }

    @Test func obeysAnotherConfigurationAtOnce() {
        let store = store(entries: 5)
        for id in 1...5 { store.keep(entry("t"), for: key("\(id)")) }
        store.apply(ReasoningConfiguration(maxEntries: 2))
        #expect(store.load.count <= 2)
        store.apply(ReasoningConfiguration(isEnabled: false))
        #expect(store.load == (0, 0))
        store.keep(entry("t"), for: key("1"))
        #expect(store.entry(for: key("1")) == nil)
    }
}
