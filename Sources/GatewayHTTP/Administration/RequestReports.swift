import GatewayCore
import Synchronization

/// Answers questions about past requests: `GET /api/v1/usage` and `GET /api/v1/requests/{id}`.
package final class RequestReports: Sendable {
    private let archive: any RequestArchive
    private let clock: any WallClock
    private let underWay = Atomic(0)

    /// Questions at the same time: each may read a large file.
    private static let maxUnderWay = 4

    package init(archive: any RequestArchive, clock: any WallClock) {
        self.archive = archive
        self.clock = clock
    }

    /// Sums, as `UsageQuestion` reads them from the address.
    func usage(_ target: RequestTarget, for client: ClientIdentity) async throws(ProviderFailure) -> JSONObject {
        var question = try UsageQuestion(target, now: clock.now())
        if let scope = AdministrationAccess.scope(of: client) {
            guard question.query.keyName ?? scope == scope else {
                throw AdministrationAccess.denied("Other keys' requests are for keys with admin = true.")
            }
            question.query.keyName = scope
        }
        let (query, grouping) = (question.query, question.grouping)
        let usage = try await asking { (archive) throws(RequestArchiveError) in
            try archive.usage(query, by: grouping)
        }
        return question.json(usage)
    }

    /// Everything that is known of one request.
    func request(_ id: String, for client: ClientIdentity) async throws(ProviderFailure) -> JSONObject {
        let found = try await asking { (archive) throws(RequestArchiveError) in try archive.request(id) }
        // Whether others' requests exist is nobody's business either.
        guard let found, AdministrationAccess.scope(of: client).map({ found["api_key_name"]?.string == $0 }) ?? true
        else {
            throw ProviderFailure(
                kind: .notFound, status: 404, message: "There is no request \"\(id)\" in the log, or not any more.")
        }
        return found
    }

    /// Away from the event loops.
    private func asking<Answer: Sendable>(
        _ question: @Sendable @escaping (any RequestArchive) throws(RequestArchiveError) -> Answer
    ) async throws(ProviderFailure) -> Answer {
        defer { underWay.wrappingSubtract(1, ordering: .relaxed) }
        guard underWay.wrappingAdd(1, ordering: .relaxed).newValue <= Self.maxUnderWay else {
            throw ProviderFailure(
                kind: .overloaded, status: 503, message: "Others are reading the request log at the moment.",
                retryAfter: .seconds(1))
        }
        let archive = archive
        let result = await withTaskExecutorPreference(globalConcurrentExecutor) { @concurrent in
            do throws(RequestArchiveError) {
                return Result<Answer, RequestArchiveError>.success(try question(archive))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let answer): return answer
        case .failure(let error):
            throw ProviderFailure(
                kind: .unavailable, status: 503, message: "The request log cannot be read: \(error.kind).")
        }
    }
}

/// What `GET /api/v1/usage` is asked: `?hours=24&group_by=model&provider=openai&metadata.feature=search`.
struct UsageQuestion {
    var query: UsageQuery
    var grouping: UsageGrouping?
    private var now: Double

    private static let defaultHours = 24
    private static let metadataPrefix = "metadata."

    init(_ target: RequestTarget, now: Double) throws(ProviderFailure) {
        self.now = now
        query = UsageQuery(since: now - Double(Self.defaultHours) * 3600)
        for pair in target.query?.split(separator: "&", omittingEmptySubsequences: true) ?? [] {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decodeForm(parts[0].utf8),
                let value = PercentEncoding.decodeForm((parts.count > 1 ? parts[1] : "").utf8)
            else { throw Self.mistake(String(parts[0]), "has a broken escape") }
            try read(name, value)
        }
        if grouping == .metadata, query.metadata == nil {
            throw Self.mistake("group_by", "must name the field, as in group_by=metadata.feature")
        }
    }

    private mutating func read(_ name: String, _ value: String) throws(ProviderFailure) {
        switch name {
        case "hours":
            guard let hours = Int(value), (1...876_000).contains(hours) else {
                throw Self.mistake(name, "must be a number of hours")
            }
            query.since = now - Double(hours) * 3600
        case "since": query.since = try Self.instant(name, value)
        case "until": query.until = try Self.instant(name, value)
        // A client of Gemini's SDK has its own key there: it is no name of one.
        case "api_key": query.keyName = value
        case "provider": query.provider = value
        case "model": query.model = value
        case "group_by": try readGrouping(value)
        case "key": break
        default:
            guard name.hasPrefix(Self.metadataPrefix) else {
                throw Self.mistake(
                    name,
                    "is not known; there are hours, since, until, api_key, provider, model, group_by and metadata.*")
            }
            try filter(by: String(name.dropFirst(Self.metadataPrefix.count)), value)
        }
    }

    private mutating func readGrouping(_ value: String) throws(ProviderFailure) {
        if value.hasPrefix(Self.metadataPrefix) {
            grouping = .metadata
            return try filter(by: String(value.dropFirst(Self.metadataPrefix.count)), nil)
        }
        guard let named = UsageGrouping(rawValue: value), named != .metadata else {
            let known = UsageGrouping.allCases.filter { $0 != .metadata }.map(\.rawValue) + ["metadata.FIELD"]
            throw Self.mistake("group_by", "must be one of \(known.joined(separator: ", "))")
        }
        grouping = named
    }

    /// Sums are kept by one field at a time.
    private mutating func filter(by field: String, _ value: String?) throws(ProviderFailure) {
        if let present = query.metadata, present.field != field {
            throw Self.mistake("metadata.\(field)", "cannot be combined with another field of the metadata")
        }
        query.metadata = UsageQuery.MetadataFilter(field: field, value: value ?? query.metadata?.value)
    }

    private static func instant(_ name: String, _ value: String) throws(ProviderFailure) -> Double {
        if let day = Timestamp.day(value) { return Double(day) * 86_400 }
        guard let seconds = Timestamp.seconds(iso8601: value) ?? Double(value), (0...1e11).contains(seconds) else {
            throw mistake(name, "must be a time as 2026-11-21T10:00:00Z, a day, or seconds since 1970")
        }
        return seconds
    }

    private static func mistake(_ parameter: String, _ rule: String) -> ProviderFailure {
        .invalidRequest("\"\(parameter)\" \(rule).", parameter: parameter)
    }

    /// The totals that dashboards look for first, then everything else.
    func json(_ usage: GroupedUsage) -> JSONObject {
        let totals = usage.totals
        var object: JSONObject = [
            "since": .string(Timestamp.iso8601((query.since / 3600).rounded(.down) * 3600)),
            "until": .string(Timestamp.iso8601(query.until ?? now)),
            "total_requests": .number(JSONNumber(totals.requests)),
            "total_tokens": .number(JSONNumber(totals.totalTokens)),
            "total_cost": RequestCost.usd(totals.priced == 0 ? nil : totals.cost),
            "cache_hits": .number(JSONNumber(totals.cacheHits)),
            "cache_misses": .number(JSONNumber(totals.cacheMisses)), "totals": .object(totals.json),
        ]
        if let grouping {
            let name = grouping == .metadata ? Self.metadataPrefix + (query.metadata?.field ?? "") : grouping.rawValue
            object.append("group_by", .string(name))
            object.append(
                "groups",
                .array(
                    usage.groups.map { group in
                        var row: JSONObject = ["name": .string(group.name)]
                        for member in group.totals.json { row.append(member.key, member.value) }
                        return .object(row)
                    }))
        }
        return object
    }
}
