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

    /// Where a session is, and where it belongs.
    package struct Bond: Sendable, Equatable {
        /// The name of the instance that answered last.
        package var instance: String
        /// The name of the instance that it yielded from; nil where it has not moved.
        package var home: String?
        /// When it came to its instance.
        package var since: MonotonicInstant
        /// When it was answered last.
        package var usedAt: MonotonicInstant
        /// How long it stays, once another instance can have it again. Drawn by chance, so that sessions that moved together
        /// do not return together.
        package var patience: Duration
    }

    private let table: Mutex<RecencyTable<Key, Bond>>

    package init(capacity: Int) {
        table = Mutex(RecencyTable(capacity: capacity))
    }

    package var count: Int { table.withLock { $0.count } }

    package func resize(to capacity: Int) {
        table.withLock { $0.capacity = max(capacity, 1) }
    }

    /// Where the session is; asking keeps it alive.
    package func bond(of key: Key, at now: MonotonicInstant, lifetime: Duration) -> Bond? {
        table.withLock { table in
            table.removeUnused(since: now - lifetime)
            return table.use(key, at: now)
        }
    }

    /// The instance answered: the session stays with it from now on. One that was with another before belongs there still.
    package func bind(
        _ key: Key, to instance: String, at now: MonotonicInstant, patience: @autoclosure () -> Duration
    ) {
        table.withLock { table in
            guard var bond = table.use(key, at: now) else {
                table.set(
                    key, to: Bond(instance: instance, since: now, usedAt: now, patience: patience()), at: now)
                return
            }
            bond.usedAt = now
            if bond.instance != instance {
                let home = bond.home ?? bond.instance
                bond.home = home == instance ? nil : home
                bond.instance = instance
                bond.since = now
                bond.patience = patience()
            }
            table.set(key, to: bond, at: now)
        }
    }

    /// The session's home failed it again: it stays where it is for another while.
    package func postponeReturn(of key: Key, at now: MonotonicInstant, patience: Duration) {
        table.withLock { table in
            guard var bond = table.use(key, at: now) else { return }
            bond.since = now
            bond.patience = patience
            table.set(key, to: bond, at: now)
        }
    }
}
