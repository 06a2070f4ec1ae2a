import Testing

@testable import GatewayHTTP

@Suite struct TimerHeapTests {
    @Test func firesInOrderOfDueTime() {
        var heap = TimerHeap<Int>()
        for due in [5, 3, 9, 1, 7, 3] { _ = heap.insert(due: Int64(due), due) }
        #expect(heap.nextDue == 1)
        #expect(heap.popDue(at: 0) == nil)
        var fired: [Int] = []
        while let payload = heap.popDue(at: 7) { fired.append(payload) }
        #expect(fired == [1, 3, 3, 5, 7])
        #expect(heap.nextDue == 9)
    }

    @Test func cancelledTimersNeverFireAndTokensAreNotReusable() {
        var heap = TimerHeap<String>()
        let first = heap.insert(due: 1, "first")
        #expect(heap.cancel(first) == "first")
        #expect(heap.cancel(first) == nil)
        let second = heap.insert(due: 2, "second")
        #expect(heap.cancel(first) == nil)
        #expect(heap.popDue(at: 10) == "second")
        #expect(heap.cancel(second) == nil)
        #expect(heap.count == 0)
    }

    @Test func staysOrderedUnderRandomInsertionsAndCancellations() {
        var random = SplitMix(state: 42)
        var heap = TimerHeap<Int>()
        var model: [(token: TimerToken, due: Int64, id: Int)] = []
        for id in 0..<5_000 {
            if random.next() % 3 == 0, !model.isEmpty {
                let victim = model.remove(at: Int(random.next() % UInt64(model.count)))
                #expect(heap.cancel(victim.token) == victim.id)
            } else {
                let due = Int64(random.next() % 1000)
                model.append((heap.insert(due: due, id), due, id))
            }
            #expect(heap.nextDue == model.map(\.due).min())
        }
        var previous = Int64.min
        while let due = heap.nextDue {
            #expect(due >= previous)
            previous = due
            _ = heap.popDue(at: due)
        }
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
