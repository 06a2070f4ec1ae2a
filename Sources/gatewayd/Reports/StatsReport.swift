import GatewayCore
import GatewayStorage

/// The figures of `stats`.
struct StatsReport {
    struct Table {
        var grouping: UsageGrouping
        var groups: [UsageReader.Group]
    }

    /// What the configuration has, enabled.
    struct Configured {
        var keys: Int
        var providers: Int
        var instances: Int
    }

    /// The start of an hour, in seconds since 1970.
    var since: Double
    var now: Double
    var configured: Configured
    /// Keys that were used.
    var activeKeys: Int
    var totals: UsageTotals
    var tables: [Table]
    var failures: [UsageReader.FailureGroup]
    var path: String
    var database: DatabaseFacts
    var health: ProviderHealth
    /// The latest of each instance whose provider could tell.
    var quotas: [QuotaSnapshot] = []
}

extension StatsReport {
    private static let failureKinds = 20
    /// What is older than a day says nothing of the quota that is left.
    private static let quotaSeconds = 86_400.0

    init(
        _ reader: UsageReader, _ configuration: GatewayConfiguration, _ options: StatsOptions, path: String,
        now: Double,
        health: ProviderHealth
    ) throws(StorageFailure) {
        since = ((now - Double(options.hours) * 3600) / 3600).rounded(.down) * 3600
        self.now = now
        self.path = path
        self.health = health
        let providers = configuration.providers.filter(\.isEnabled)
        configured = Configured(
            keys: configuration.apiKeys.filter(\.isEnabled).count, providers: providers.count,
            instances: providers.map(\.enabledInstances.count).reduce(0, +))
        var query = UsageQuery(since: since)
        query.metadata = options.metadata
        let groupings: [UsageGrouping] =
            switch (options.grouping, options.depth) {
            case (let grouping?, _): [grouping]
            case (nil, .detailed): [.model, .provider, .key]
            case (nil, .brief): [.model]
            }
        let sums = try reader.groups(query, by: groupings + [.key])
        totals = sums.totals
        activeKeys = sums.groups.last?.count { !$0.name.isEmpty } ?? 0
        tables = zip(groupings, sums.groups).map { Table(grouping: $0, groups: $1) }
        failures =
            options.depth == .detailed ? try reader.failures(query, limit: Self.failureKinds) : []
        quotas = try reader.quotas(since: now - Self.quotaSeconds)
        database = try reader.facts()
    }

    /// For programs. Unknown is null; costs are exact decimals in USD.
    var json: JSONObject {
        var object: JSONObject = [
            "since": .string(Timestamp.iso8601(since)), "until": .string(Timestamp.iso8601(now)),
            "configured": [
                "api_keys": number(configured.keys), "providers": number(configured.providers),
                "instances": number(configured.instances),
            ],
            "active_api_keys": number(activeKeys), "totals": .object(totals.json),
            "provider_health": health.json, "quotas": QuotaTable(quotas: quotas, now: now).json,
        ]
        for table in tables {
            object["by_" + table.grouping.rawValue] = .array(
                table.groups.map { group in
                    var row: JSONObject = [table.grouping.rawValue: .string(group.name)]
                    for member in group.totals.json { row.append(member.key, member.value) }
                    return .object(row)
                })
        }
        if !failures.isEmpty { object["failures"] = .array(failures.map { .object(json($0)) }) }
        object["database"] = .object(databaseJSON)
        return object
    }

    private func json(_ failure: UsageReader.FailureGroup) -> JSONObject {
        [
            "provider": .string(failure.provider), "error_type": .string(failure.errorType),
            "http_status": number(failure.httpStatus), "requests": number(failure.count),
            "latest": .string(Timestamp.iso8601(failure.latest)),
        ]
    }

    private var databaseJSON: JSONObject {
        var object: JSONObject = [
            "path": .string(path), "bytes": number(database.bytes), "schema": number(database.schemaVersion),
            "requests": number(database.requests), "oldest": instant(database.oldest),
            "newest": instant(database.newest), "failover_events": number(database.failoverEvents),
            "quota_snapshots": number(database.quotaSnapshots),
        ]
        if let run = database.latestRun {
            object["gateway"] = [
                "version": .string(run.version), "process_id": number(run.processID),
                "started_at": instant(run.startedAt), "stopped_at": instant(run.stoppedAt),
                "running": .bool(run.isAlive),
            ]
        }
        return object
    }

    private func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    private func instant(_ seconds: Double?) -> JSONValue { seconds.map { .string(Timestamp.iso8601($0)) } ?? .null }
}
