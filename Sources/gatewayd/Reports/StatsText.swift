import GatewayCore
import GatewayStorage

/// The figures of `stats` for a person.
struct StatsText {
    private let report: StatsReport
    private let options: StatsOptions
    private static let briefRows = 20

    init(_ report: StatsReport, _ options: StatsOptions) {
        self.report = report
        self.options = options
    }

    var text: String {
        var sections = [header, summary, report.health.text]
        if report.totals.requests > 0 {
            sections += report.tables.map(table)
            if !report.failures.isEmpty { sections.append(failures) }
        }
        if !report.quotas.isEmpty { sections.append(QuotaTable(quotas: report.quotas, now: report.now).text) }
        sections.append(database)
        return sections.joined(separator: "\n")
    }

    private var header: String { "gatewayd stats since \(Readable.time(report.since)) (UTC)\n" }

    // MARK: Summary

    private var summary: String {
        let totals = report.totals
        var lines: [(String, String)] = [("Requests", requests(totals))]
        if totals.requests > 0 {
            if totals.successes < totals.requests { lines.append(("Unsuccessful", unsuccessful(totals))) }
            lines.append(("Input tokens", input(totals)))
            lines.append(("Output tokens", output(totals)))
            lines.append(("Cost", cost(totals)))
            if totals.cacheHits > 0 { lines.append(("Cached", cached(totals))) }
            lines.append(("Duration", spread(totals.medianDuration, totals.slowDuration)))
            lines.append(("First byte", spread(totals.medianFirstByte, totals.slowFirstByte)))
        }
        let (keys, providers, instances) = (
            report.configured.keys, report.configured.providers, report.configured.instances
        )
        lines.append(
            (
                "Configured",
                [
                    Readable.count(keys, "client key"), Readable.count(providers, "provider"),
                    Readable.count(instances, "instance"),
                ].joined(separator: ", ") + "; \(Readable.count(report.activeKeys, "key")) used"
            ))
        return "Summary\n" + Readable.list(lines)
    }

    private func requests(_ totals: UsageTotals) -> String {
        guard let rate = totals.successRate else { return "none" }
        return "\(Readable.number(totals.requests)), \(Readable.percent(rate)) successful, "
            + "\(Readable.percent(Double(totals.streams) / Double(totals.requests))) streamed"
    }

    private func unsuccessful(_ totals: UsageTotals) -> String {
        [
            (totals.businessErrors, "refused"), (totals.failures, "failed"), (totals.timeouts, "timed out"),
            (totals.cancelled, "cancelled by clients"),
        ].filter { $0.0 > 0 }.map { "\(Readable.number($0.0)) \($0.1)" }.joined(separator: ", ")
    }

    private func input(_ totals: UsageTotals) -> String {
        var text = Readable.number(totals.inputTokens)
        if totals.cacheReadTokens + totals.cacheWriteTokens > 0 {
            text += ", of which \(Readable.number(totals.cacheReadTokens)) read from caches"
            text += " (\(Readable.percent(totals.cacheReadRate ?? 0)))"
            text += ", \(Readable.number(totals.cacheWriteTokens)) written to them"
        }
        return text
    }

    private func output(_ totals: UsageTotals) -> String {
        let reasoning = totals.reasoningTokens
        return Readable.number(totals.outputTokens)
            + (reasoning > 0 ? ", of which \(Readable.number(reasoning)) reasoning" : "")
    }

    private func cost(_ totals: UsageTotals) -> String {
        guard totals.priced > 0 else { return "unknown" }
        let unpriced = totals.counted - totals.priced
        return Readable.dollars(totals.cost)
            + (unpriced > 0 ? ", without \(Readable.count(unpriced, "request")) of unknown cost" : "")
    }

    private func cached(_ totals: UsageTotals) -> String {
        let tokens = totals.savedInputTokens &+ totals.savedOutputTokens
        return "\(Readable.count(totals.cacheHits, "answer")) saved \(Readable.count(tokens, "token")), "
            + Readable.dollars(totals.savedCost)
    }

    private func spread(_ median: Double?, _ slow: Double?) -> String {
        guard let median, let slow else { return "not measured" }
        return "half within \(Readable.duration(median)), 95 % within \(Readable.duration(slow))"
    }

    // MARK: Tables

    private func table(_ table: StatsReport.Table) -> String {
        let isTime = table.grouping == .hour || table.grouping == .day
        let isBrief = options.depth == .brief && !isTime
        let shown = isBrief ? Array(table.groups.prefix(Self.briefRows)) : table.groups
        var rows = [columns.map(\.title)]
        rows[0][0] = table.grouping.rawValue.uppercased()
        rows += shown.map { group in row(Readable.name(group.name), group.totals) }
        rows.append(row("total", report.totals))
        var text = "By \(table.grouping.rawValue)\n" + Readable.table(rows)
        if shown.count < table.groups.count {
            text += "  and \(table.groups.count - shown.count) more; --detailed shows all\n"
        }
        return text
    }

    private struct Column {
        var title: String
        var cell: (UsageTotals) -> String
    }

    private var columns: [Column] {
        var columns = [
            Column(title: "") { _ in "" },
            Column(title: "REQUESTS") { Readable.number($0.requests) },
            Column(title: "OK") { $0.successRate.map(Readable.percent) ?? "-" },
            Column(title: "INPUT") { Readable.tokens($0.inputTokens, $0) },
            Column(title: "CACHE READ") { Readable.tokens($0.cacheReadTokens, $0) },
            Column(title: "CACHE WRITE") { Readable.tokens($0.cacheWriteTokens, $0) },
            Column(title: "OUTPUT") { Readable.tokens($0.outputTokens, $0) },
        ]
        if options.depth == .detailed {
            columns.append(Column(title: "REASONING") { Readable.tokens($0.reasoningTokens, $0) })
            columns.append(Column(title: "FIRST P50") { $0.medianFirstByte.map(Readable.duration) ?? "-" })
        }
        columns += [
            Column(title: "P50") { $0.medianDuration.map(Readable.duration) ?? "-" },
            Column(title: "P95") { $0.slowDuration.map(Readable.duration) ?? "-" },
            Column(title: "COST") { $0.priced > 0 ? Readable.dollars($0.cost) : "unknown" },
        ]
        return columns
    }

    private func row(_ name: String, _ totals: UsageTotals) -> [String] {
        [name] + columns.dropFirst().map { $0.cell(totals) }
    }

    private var failures: String {
        var rows = [["PROVIDER", "ERROR", "STATUS", "REQUESTS", "LATEST"]]
        rows += report.failures.map { failure in
            [
                Readable.name(failure.provider), failure.errorType.isEmpty ? "-" : failure.errorType,
                String(failure.httpStatus), Readable.number(failure.count), Readable.time(failure.latest),
            ]
        }
        return "Unsuccessful requests\n" + Readable.table(rows, textColumns: 2)
    }

    // MARK: Database

    private var database: String {
        let facts = report.database
        var requests = Readable.number(facts.requests)
        if let oldest = facts.oldest, let newest = facts.newest {
            requests += ", from \(Readable.time(oldest)) to \(Readable.time(newest))"
        }
        var lines = [
            ("File", "\(report.path), \(Readable.bytes(facts.bytes)), schema \(facts.schemaVersion)"),
            ("Requests", requests),
        ]
        if facts.failoverEvents + facts.quotaSnapshots > 0 {
            lines.append(
                (
                    "Events",
                    "\(Readable.number(facts.failoverEvents)) of failover, "
                        + Readable.count(facts.quotaSnapshots, "quota snapshot")
                ))
        }
        if let run = facts.latestRun { lines.append(("Gateway", gateway(run))) }
        return "Database\n" + Readable.list(lines)
    }

    private func gateway(_ run: DatabaseFacts.Run) -> String {
        if run.isAlive {
            return "\(run.version), up \(Readable.span(report.now - run.startedAt)), process \(run.processID)"
        }
        let end = run.stoppedAt.map { "stopped \(Readable.time($0))" } ?? "ended without a word"
        return "\(run.version), started \(Readable.time(run.startedAt)), \(end)"
    }
}
