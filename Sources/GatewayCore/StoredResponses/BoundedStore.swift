/// Values by key, bounded by cost and age: what was not used for longest goes first.
///
/// Two generations instead of a list in order of use: what is written or found is put into the young one; when that holds
/// half of what is allowed it becomes the old one, and what was in the old one is gone. Every step is O(1).
struct BoundedStore<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var value: Value
        var cost: Int
        /// Seconds since 1970.
        var expires: Double
    }

    private let maxCost: Int
    private let maxAge: Double
    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var youngCost = 0

    /// - Parameters:
    ///   - maxCost: of all values together; with 0 nothing is kept.
    ///   - maxAge: in seconds.
    init(maxCost: Int, maxAge: Double) {
        self.maxCost = maxCost
        self.maxAge = maxAge
    }

    /// - Returns: false for a value that alone is too large.
    @discardableResult
    mutating func keep(_ value: Value, for key: Key, cost: Int, now: Double) -> Bool {
        remove(key)
        guard cost <= maxCost / 2 else { return false }
        put(Entry(value: value, cost: cost, expires: now + maxAge), for: key)
        return true
    }

    mutating func value(for key: Key, now: Double) -> Value? {
        if let entry = young[key] {
            if entry.expires > now { return entry.value }
            remove(key)
            return nil
        }
        guard let entry = old.removeValue(forKey: key), entry.expires > now else { return nil }
        put(entry, for: key)
        return entry.value
    }

    mutating func remove(_ key: Key) {
        if let entry = young.removeValue(forKey: key) { youngCost -= entry.cost }
        old.removeValue(forKey: key)
    }

    var count: Int { young.count + old.count }

    private mutating func put(_ entry: Entry, for key: Key) {
        if youngCost + entry.cost > maxCost / 2 {
            old = young
            young = [:]
            youngCost = 0
        }
        young[key] = entry
        youngCost += entry.cost
    }
}
