/// Names one armed timer. Using it after the timer fired or was cancelled does nothing.
package struct TimerToken: Sendable, Equatable {
    fileprivate var slot: Int32
    fileprivate var generation: UInt32
}

/// Timers ordered by when they are due: a binary heap whose entries know their place, so that arming and cancelling
/// take O(log n) and nothing is left behind by a cancelled timer. Pure; instants are nanoseconds of any clock.
package struct TimerHeap<Payload> {
    private struct Slot {
        var payload: Payload?
        var place: Int32
        var generation: UInt32
    }

    private struct Entry {
        var due: Int64
        var slot: Int32
    }

    private var heap: [Entry] = []
    private var slots: [Slot] = []
    private var free: [Int32] = []

    package init() {}

    package var count: Int { heap.count }
    package var nextDue: Int64? { heap.first?.due }

    package mutating func insert(due: Int64, _ payload: Payload) -> TimerToken {
        let slot: Int32
        if let reused = free.popLast() {
            slot = reused
            slots[Int(slot)].payload = payload
        } else {
            slot = Int32(slots.count)
            slots.append(Slot(payload: payload, place: 0, generation: 0))
        }
        heap.append(Entry(due: due, slot: slot))
        siftUp(from: heap.count - 1)
        return TimerToken(slot: slot, generation: slots[Int(slot)].generation)
    }

    @discardableResult
    package mutating func cancel(_ token: TimerToken) -> Payload? {
        guard slots.indices.contains(Int(token.slot)), slots[Int(token.slot)].generation == token.generation else {
            return nil
        }
        return remove(at: Int(slots[Int(token.slot)].place))
    }

    /// Takes the earliest timer that is due at `now`.
    package mutating func popDue(at now: Int64) -> Payload? {
        guard let first = heap.first, first.due <= now else { return nil }
        return remove(at: 0)
    }

    private mutating func remove(at place: Int) -> Payload? {
        let slot = Int(heap[place].slot)
        let last = heap.removeLast()
        if place < heap.count {
            heap[place] = last
            slots[Int(last.slot)].place = Int32(place)
            siftUp(from: place)
            siftDown(from: place)
        }
        let payload = slots[slot].payload.take()
        slots[slot].generation &+= 1
        free.append(Int32(slot))
        return payload
    }

    private mutating func siftUp(from start: Int) {
        var place = start
        let entry = heap[place]
        while place > 0 {
            let parent = (place - 1) / 2
            guard entry.due < heap[parent].due else { break }
            put(heap[parent], at: place)
            place = parent
        }
        put(entry, at: place)
    }

    private mutating func siftDown(from start: Int) {
        var place = start
        let entry = heap[place]
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].due < heap[child].due { child += 1 }
            guard heap[child].due < entry.due else { break }
            put(heap[child], at: place)
            place = child
        }
        put(entry, at: place)
    }

    private mutating func put(_ entry: Entry, at place: Int) {
        heap[place] = entry
        slots[Int(entry.slot)].place = Int32(place)
    }
}
