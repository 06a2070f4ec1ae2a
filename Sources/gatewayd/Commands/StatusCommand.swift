import GatewayCore

/// Shows how the running gateway and its providers are.
struct StatusCommand {
    var options: CommandOptions

    func run() -> Int32 {
        guard let answer = RunningGateway(options).ask("status") else { return ExitCode.unavailable }
        switch options.stats.style {
        case .table: Terminal.print(StatusText(answer).text)
        case .json: Terminal.print(JSONValue.object(answer).serializedString + "\n")
        }
        return ExitCode.success
    }
}

/// What the control socket says of a gateway: the parts that a person asks for first.
struct StatusReport {
    var address: String
    var configuration: String
    var processID: Int
    /// Seconds since 1970.
    var startedAt: Double
    var now: Double
    var reloads: Reloader.History
    var statuses: [InstanceStatus]
    var shared: [SharedStanding] = []

    var json: JSONObject {
        var json: JSONObject = [
            "version": .string(GatewayVersion.current), "address": .string(address),
            "configuration": .string(configuration), "process": .number(JSONNumber(processID)),
            "started_at": .string(Timestamp.iso8601(startedAt)), "now": .string(Timestamp.iso8601(now)),
            "reloads": .object([
                "count": .number(JSONNumber(reloads.count)),
                "latest": reloads.latest.map { .string(Timestamp.iso8601($0)) } ?? .null,
                "error": reloads.complaint.map { .string($0) } ?? .null,
            ]),
        ]
        for member in ProviderStatusReport(statuses, shared: shared).json { json.append(member.key, member.value) }
        return json
    }
}

/// The report for a person.
struct StatusText {
    private let report: JSONObject

    init(_ report: JSONObject) {
        self.report = report
    }

    var text: String {
        "gatewayd \(string("version")) listens on \(string("address"))\n" + Readable.list(lines) + "\n"
            + Readable.table(rows, textColumns: 4)
    }

    private func string(_ name: String) -> String { report[name]?.string ?? "" }

    private var lines: [(String, String)] {
        var lines = [("configuration", string("configuration")), ("running", running)]
        if let reloads = report["reloads"], let latest = reloads["latest"]?.string {
            lines.append(("latest reload", Readable.time(Timestamp.seconds(iso8601: latest) ?? 0) + " (UTC)"))
            if let error = reloads["error"]?.string {
                lines.append(("", "refused: \(error.split(separator: "\n").first ?? "")"))
            }
        }
        for (place, shared) in (report["shared"]?.array ?? []).enumerated() {
            lines.append((place == 0 ? "shared" : "", Self.text(of: shared)))
        }
        return lines
    }

    private static func text(of shared: JSONValue) -> String {
        let (use, status) = (shared["use"]?.string ?? "", shared["status"]?.string ?? "")
        let gateways = shared["gateways"]?.int.map { ", \($0) gateway\($0 == 1 ? "" : "s")" } ?? ""
        let problem = shared["problem"]?.string.map { ": \($0)" } ?? ""
        return "\(use) on \(shared["server"]?.string ?? ""): \(status)\(gateways)\(problem)"
    }

    private var running: String {
        let (start, now) = (Timestamp.seconds(iso8601: string("started_at")), Timestamp.seconds(iso8601: string("now")))
        return "for \(Readable.span((now ?? 0) - (start ?? 0))), process \(report["process"]?.int ?? 0)"
    }

    private var rows: [[String]] {
        var rows = [
            ["PROVIDER", "INSTANCE", "STATUS", "CIRCUIT", "NEXT TRY", "IN FLIGHT", "FIRST TOKEN", "LATEST FAILURE"]
        ]
        for provider in report["providers"]?.array ?? [] {
            for instance in provider["instances"]?.array ?? [] {
                rows.append(row(provider["provider"]?.string ?? "", instance))
            }
        }
        return rows
    }

    private func row(_ provider: String, _ instance: JSONValue) -> [String] {
        let failure = instance["last_failure"]
        let age = failure?["seconds_ago"]?.int.map { Readable.span(Double($0)) + " ago" }
        return [
            provider, Readable.name(instance["instance"]?.string ?? ""), instance["status"]?.string ?? "",
            instance["circuit"]?.string ?? "",
            instance["retry_in_seconds"]?.int.map { "in " + Readable.span(Double($0)) } ?? "-",
            String(instance["in_flight"]?.int ?? 0),
            instance["time_to_first_token_ms"]?.int.map { Readable.duration(Double($0)) } ?? "-",
            age.map { "\(failure?["kind"]?.string ?? "") \(failure?["status"]?.int ?? 0), \($0)" } ?? "-",
        ]
    }
}
