import Synchronization

/// Answers in this process's memory, bounded by bytes; what was not asked for the longest is forgotten first.
package final class MemoryCache: ResponseCache {
    private let entries: Mutex<RecencyList>

    /// - Parameter maxBytes: of keys and answers together.
    package init(maxBytes: Int) {
        entries = Mutex(RecencyList(maxBytes: maxBytes))
    }

    package func answer(to key: CacheKey, at now: Double) async -> CachedAnswer? {
        entries.withLock { $0.value(of: key, at: now) }
    }

    package func keep(_ answer: CachedAnswer, for key: CacheKey, lifetime: Duration) {
        let expiry = answer.storedAt + lifetime / .seconds(1)
        // What is pushed out is released here, behind the lock.
        _ = entries.withLock { $0.insert(answer, for: key, until: expiry) }
    }

    package func clear() async -> Int? {
        entries.withLock { entries in
            let count = entries.count
            entries = RecencyList(maxBytes: entries.maxBytes)
            return count
        }
    }

    /// How many answers there are, and their bytes.
    package var load: (count: Int, bytes: Int) { entries.withLock { ($0.count, $0.bytes) } }
}

/// Entries in the order in which they were last asked for: a doubly linked list in an array, found by key.
struct RecencyList: Sendable {
    private struct Entry {
        var key: CacheKey
        var answer: CachedAnswer
        var expiry: Double
        var newer: Int
        var older: Int
    }

    private static let none = -1

    let maxBytes: Int
    private(set) var bytes = 0
    private var places: [CacheKey: Int] = [:]
    private var entries: [Entry?] = []
    private var free: [Int] = []
    private var newest = RecencyList.none
    private var oldest = RecencyList.none

    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    var count: Int { places.count }

    /// The entry, which is now the one last asked for; one past its time is forgotten.
    mutating func value(of key: CacheKey, at now: Double) -> CachedAnswer? {
        guard let place = places[key], let entry = entries[place] else { return nil }
        guard now < entry.expiry else {
            remove(place)
            return nil
        }
        unlink(place)
        linkAsNewest(place)
        return entry.answer
    }

    /// Puts the entry in, in place of one of the same key, and answers what had to go for it. One that alone is too large is
    /// not taken in.
    mutating func insert(_ answer: CachedAnswer, for key: CacheKey, until expiry: Double) -> [CachedAnswer] {
        var removed: [CachedAnswer] = []
        if let place = places[key], let answer = remove(place) { removed.append(answer) }
        let size = answer.size(with: key)
        guard size <= maxBytes else { return removed }
        while bytes + size > maxBytes, let answer = remove(oldest) { removed.append(answer) }
        let entry = Entry(key: key, answer: answer, expiry: expiry, newer: Self.none, older: Self.none)
        let place = free.popLast() ?? entries.count
        if place == entries.count { entries.append(entry) } else { entries[place] = entry }
        places[key] = place
        bytes += size
        linkAsNewest(place)
        return removed
    }

    @discardableResult
    private mutating func remove(_ place: Int) -> CachedAnswer? {
        guard entries.indices.contains(place), let entry = entries[place] else { return nil }
        unlink(place)
        entries[place] = nil
        free.append(place)
        places[entry.key] = nil
        bytes -= entry.answer.size(with: entry.key)
        return entry.answer
    }

    private mutating func unlink(_ place: Int) {
        guard let entry = entries[place] else { return }
        if entry.newer == Self.none { newest = entry.older } else { entries[entry.newer]?.older = entry.older }
        if entry.older == Self.none { oldest = entry.newer } else { entries[entry.older]?.newer = entry.newer }
    }

    private mutating func linkAsNewest(_ place: Int) {
        entries[place]?.newer = Self.none
        entries[place]?.older = newest
        if newest == Self.none { oldest = place } else { entries[newest]?.newer = place }
        newest = place
    }
}
