import Synchronization

/// Proofs of what models thought before they called tools, for clients whose format has no place for them: they come back
/// with the call's identifier only, and by it the proof is found again.
///
/// Bounded by entries, bytes and idle time; what was not used for longest goes first. In this process's memory alone: what
/// is not found is as if the client had changed its model.
package final class ReasoningStore: Sendable {
    /// One call of a model. Only the client that got it, asking the same provider for the same model, finds it again.
    package struct Key: Sendable, Hashable {
        /// The name of the client's key; nil for clients without one and for programs.
        var client: String?
        var provider: String
        var model: String
        var callID: String
    }

    /// What stands with a call and must stand with it again.
    package struct Entry: Sendable, Hashable {
        /// Who gave it: OpenAI's accounts cannot read each other's encrypted reasoning.
        var instance: String
        /// What was thought since the call before, or since the turn began.
        var thoughts: [ReasoningPart]
        /// The call's own signature (Gemini).
        var signature: Signature?
    }

    fileprivate struct State {
        var configuration: ReasoningConfiguration
        var entries: RecencyTable<Key, Entry>
        var bytes = 0
    }

    /// A thought larger than this is not kept.
    static let maxEntryBytes = 1 << 20

    private let state: Mutex<State>
    private let clock: any MonotonicClock

    package init(_ configuration: ReasoningConfiguration, clock: any MonotonicClock) {
        self.clock = clock
        state = Mutex(
            State(configuration: configuration, entries: RecencyTable(capacity: configuration.maxEntries + 1)))
    }

    package var isEnabled: Bool { state.withLock { $0.configuration.isEnabled } }

    /// How many calls are remembered, and their bytes.
    package var load: (count: Int, bytes: Int) { state.withLock { ($0.entries.count, $0.bytes) } }

    /// Another configuration counts at once; switched off, everything is forgotten.
    package func apply(_ configuration: ReasoningConfiguration) {
        let now = clock.now()
        state.withLock { state in
            state.configuration = configuration
            state.entries.capacity = configuration.maxEntries + 1
            if configuration.isEnabled { state.makeRoom(for: 0, at: now) } else { state.clear() }
        }
    }

    package func keep(_ entry: Entry, for key: Key) {
        let size = entry.size + key.size
        guard size <= Self.maxEntryBytes else { return }
        let now = clock.now()
        state.withLock { state in
            guard state.configuration.isEnabled, size <= state.configuration.maxBytes else { return }
            state.remove(key)
            state.makeRoom(for: size, at: now)
            state.entries.set(key, to: entry, at: now)
            state.bytes += size
        }
    }

    /// Finding it counts as a use.
    package func entry(for key: Key) -> Entry? {
        let now = clock.now()
        return state.withLock { state in
            state.removeIdle(at: now)
            return state.entries.use(key, at: now)
        }
    }
}

extension ReasoningStore.State {
    fileprivate mutating func remove(_ key: ReasoningStore.Key) {
        guard let entry = entries.remove(key) else { return }
        bytes -= entry.size + key.size
    }

    /// The oldest stand at one end, so this ends with the first that is still fresh.
    fileprivate mutating func removeIdle(at now: MonotonicInstant) {
        while let oldest = entries.oldestEntry, oldest.usedAt + configuration.idleLifetime < now { remove(oldest.key) }
    }

    fileprivate mutating func makeRoom(for size: Int, at now: MonotonicInstant) {
        removeIdle(at: now)
        while let oldest = entries.oldestEntry,
            entries.count >= configuration.maxEntries || bytes + size > configuration.maxBytes
        {
            remove(oldest.key)
        }
    }

    fileprivate mutating func clear() {
        entries = RecencyTable(capacity: configuration.maxEntries + 1)
        bytes = 0
    }
}

extension ReasoningStore.Key {
    fileprivate var size: Int {
        128 + (client?.utf8.count ?? 0) + provider.utf8.count + model.utf8.count + callID.utf8.count
    }
}

extension ReasoningStore.Entry {
    fileprivate var size: Int {
        thoughts.reduce(64 + instance.utf8.count + (signature?.value.utf8.count ?? 0)) { $0 + $1.size }
    }
}

extension ReasoningPart {
    /// Bytes it holds on to, about.
    var size: Int {
        let proof = (signature?.value.utf8.count ?? 0) + (redacted?.value.utf8.count ?? 0)
        return 128 + text.utf8.count + proof + (extras?.fields.members.isEmpty == false ? 512 : 0)
    }
}
