import GatewayCore
import Glibc

/// What the database itself holds.
package struct DatabaseFacts: Sendable, Equatable {
    /// One start of a gateway.
    package struct Run: Sendable, Equatable {
        package var version: String
        package var processID: Int
        /// Seconds since 1970.
        package var startedAt: Double
        /// Nil while it runs, and when it was killed.
        package var stoppedAt: Double?

        package init(version: String, processID: Int, startedAt: Double, stoppedAt: Double?) {
            self.version = version
            self.processID = processID
            self.startedAt = startedAt
            self.stoppedAt = stoppedAt
        }

        /// Whether a process of that number is there.
        package var isAlive: Bool {
            guard stoppedAt == nil, let number = pid_t(exactly: processID), number > 0 else { return false }
            return kill(number, 0) == 0 || errno == EPERM
        }
    }

    package var schemaVersion: Int
    /// With the write-ahead log.
    package var bytes: Int
    package var requests: Int
    /// Seconds since 1970; nil without requests.
    package var oldest: Double?
    package var newest: Double?
    package var failoverEvents: Int
    package var quotaSnapshots: Int
    package var latestRun: Run?

    package init(schemaVersion: Int, bytes: Int, requests: Int) {
        self.schemaVersion = schemaVersion
        self.bytes = bytes
        self.requests = requests
        failoverEvents = 0
        quotaSnapshots = 0
    }
}

extension UsageReader {
    package func facts() throws(StorageFailure) -> DatabaseFacts {
        let version = schemaVersion
        return try reading { () throws(SQLiteError) in
            var facts = DatabaseFacts(
                schemaVersion: version, bytes: Self.size(of: path) + Self.size(of: path + "-wal"),
                requests: try database.integer("SELECT count(*) FROM requests") ?? 0)
            facts.oldest = try database.integer("SELECT min(timestamp) FROM requests").map { Double($0) / 1000 }
            facts.newest = try database.integer("SELECT max(timestamp) FROM requests").map { Double($0) / 1000 }
            facts.failoverEvents = try database.integer("SELECT count(*) FROM failover_events") ?? 0
            facts.quotaSnapshots = try database.integer("SELECT count(*) FROM quota_snapshots") ?? 0
            facts.latestRun = try latestRun()
            return facts
        }
    }

    private func latestRun() throws(SQLiteError) -> DatabaseFacts.Run? {
        let statement = try database.statement(
            "SELECT version, process_id, started_at, stopped_at FROM gateway_runs ORDER BY id DESC LIMIT 1")
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return DatabaseFacts.Run(
            version: statement.text(0) ?? "", processID: statement.integer(1),
            startedAt: Double(statement.integer(2)) / 1000,
            stoppedAt: statement.optionalInteger(3).map { Double($0) / 1000 })
    }

    private static func size(of path: String) -> Int {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
    }
}
