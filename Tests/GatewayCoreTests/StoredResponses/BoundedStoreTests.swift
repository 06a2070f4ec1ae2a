import Testing

@testable import GatewayCore

struct BoundedStoreTests {
    @Test func neverHoldsMoreThanAllowed() {
        var store = BoundedStore<Int, Int>(maxCost: 100, maxAge: 60)
        for key in 0..<1000 {
            store.keep(key, for: key, cost: 10, now: 0)
            #expect(store.count <= 10)
        }
        #expect(store.value(for: 999, now: 0) == 999)
        #expect(store.value(for: 0, now: 0) == nil)
    }

    @Test func keepsWhatIsUsed() {
        var store = BoundedStore<Int, Int>(maxCost: 100, maxAge: 60)
        store.keep(7, for: -1, cost: 10, now: 0)
        for key in 0..<1000 {
            store.keep(key, for: key, cost: 10, now: 0)
            #expect(store.value(for: -1, now: 0) == 7)
        }
    }

    @Test func forgetsWhatIsOld() {
        var store = BoundedStore<Int, Int>(maxCost: 100, maxAge: 60)
        store.keep(1, for: 1, cost: 10, now: 1000)
        #expect(store.value(for: 1, now: 1059) == 1)
        #expect(store.value(for: 1, now: 1060) == nil)
        #expect(store.count == 0)
    }

    @Test func refusesWhatAloneIsTooLarge() {
        var store = BoundedStore<Int, Int>(maxCost: 100, maxAge: 60)
        #expect(store.keep(1, for: 1, cost: 51, now: 0) == false)
        var none = BoundedStore<Int, Int>(maxCost: 0, maxAge: 60)
        #expect(none.keep(1, for: 1, cost: 1, now: 0) == false)
    }

    @Test func replacesAndRemoves() {
        var store = BoundedStore<Int, Int>(maxCost: 100, maxAge: 60)
        store.keep(1, for: 1, cost: 50, now: 0)
        store.keep(2, for: 1, cost: 50, now: 0)
        #expect(store.value(for: 1, now: 0) == 2)
        #expect(store.count == 1)
        store.remove(1)
        #expect(store.value(for: 1, now: 0) == nil)
        #expect(store.count == 0)
    }
}
