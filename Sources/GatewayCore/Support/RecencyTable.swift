/// A table that keeps a bounded number of entries and lets go of those that were not used for longest.
///
/// Finding, adding and letting go cost the same whatever the size: the entries are a list by use, held in an array.
package struct RecencyTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Node {
        var key: Key
        var value: Value
        var usedAt: MonotonicInstant
        var newer: Int
        var older: Int
    }

    private var places: [Key: Int] = [:]
    private var nodes: [Node] = []
    private var newest = -1
    private var oldest = -1
    /// At least 1. A smaller one takes effect as entries are added.
    package var capacity: Int

    package init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    package var count: Int { places.count }

    /// The value of the key, which counts as a use.
    package mutating func use(_ key: Key, at now: MonotonicInstant) -> Value? {
        guard let place = places[key] else { return nil }
        nodes[place].usedAt = now
        moveToFront(place)
        return nodes[place].value
    }

    /// Sets the value, which counts as a use; the entry unused for longest makes room.
    package mutating func set(_ key: Key, to value: Value, at now: MonotonicInstant) {
        if let place = places[key] {
            nodes[place].value = value
            nodes[place].usedAt = now
            moveToFront(place)
            return
        }
        while nodes.count >= capacity, oldest >= 0 { remove(nodes[oldest].key) }
        places[key] = nodes.count
        nodes.append(Node(key: key, value: value, usedAt: now, newer: -1, older: newest))
        if newest >= 0 { nodes[newest].newer = nodes.count - 1 }
        newest = nodes.count - 1
        if oldest < 0 { oldest = newest }
    }

    @discardableResult
    package mutating func remove(_ key: Key) -> Value? {
        guard let place = places.removeValue(forKey: key) else { return nil }
        let value = nodes[place].value
        unlink(place)
        let last = nodes.count - 1
        if place != last {
            nodes[place] = nodes[last]
            places[nodes[place].key] = place
            let (newer, older) = (nodes[place].newer, nodes[place].older)
            if newer >= 0 { nodes[newer].older = place } else { newest = place }
            if older >= 0 { nodes[older].newer = place } else { oldest = place }
        }
        nodes.removeLast()
        return value
    }

    /// The entry that goes next.
    package var oldestEntry: (key: Key, usedAt: MonotonicInstant)? {
        oldest < 0 ? nil : (nodes[oldest].key, nodes[oldest].usedAt)
    }

    /// Lets go of what was last used before that moment, at most `limit` entries in one go.
    package mutating func removeUnused(since moment: MonotonicInstant, limit: Int = 64) {
        var removed = 0
        while oldest >= 0, removed < limit, nodes[oldest].usedAt < moment {
            remove(nodes[oldest].key)
            removed += 1
        }
    }

    private mutating func moveToFront(_ place: Int) {
        guard place != newest else { return }
        unlink(place)
        nodes[place].newer = -1
        nodes[place].older = newest
        if newest >= 0 { nodes[newest].newer = place }
        newest = place
        if oldest < 0 { oldest = place }
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (nodes[place].newer, nodes[place].older)
        if newer >= 0 { nodes[newer].older = older } else { newest = older }
        if older >= 0 { nodes[older].newer = newer } else { oldest = newer }
    }
}
