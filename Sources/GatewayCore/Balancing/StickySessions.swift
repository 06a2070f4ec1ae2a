import Synchronization

/// Remembers which instance a session was answered by. Shared by all configurations, so that sessions outlive a reload.
package final class StickySessions: Sendable {
    /// A session at one provider.
    package struct Key: Hashable, Sendable {
        package var provider: String
        package var session: String

        package init(provider: String, session: String) {
            self.provider = provider
            self.session = session
        }
    }

    private let table: Mutex<RecencyTable<Key, String>>

    package init(capacity: Int) {
        table = Mutex(RecencyTable(capacity: capacity))
    }

    package var count: Int { table.withLock { $0.count } }

    package func resize(to capacity: Int) {
        table.withLock { $0.capacity = max(capacity, 1) }
    }

    /// The name of the instance that the session stays with; asking keeps the session alive.
    package func instance(of key: Key, at now: MonotonicInstant, lifetime: Duration) -> String? {
        table.withLock { table in
            table.removeUnused(since: now - lifetime)
            return table.use(key, at: now)
        }
    }

    /// The instance answered: the session stays with it from now on, also when it stayed with another before. That is why
    /// sessions return slowly to an instance that was out: only new ones go there.
    package func bind(_ key: Key, to instance: String, at now: MonotonicInstant) {
        table.withLock { $0.set(key, to: instance, at: now) }
    }
}
