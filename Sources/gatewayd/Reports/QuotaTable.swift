import GatewayCore

/// How much of each account's quota is used, for `stats`.
struct QuotaTable {
    let quotas: [QuotaSnapshot]
    /// Seconds since 1970.
    let now: Double

    var text: String {
        var rows = [["PROVIDER", "INSTANCE", "AUTH", "STATUS", "QUOTA", "LAST UPDATE"]]
        rows += quotas.map { quota in
            [
                Readable.name(quota.provider), Readable.name(quota.instance), quota.authMode, Self.word(quota.state),
                used(quota), Readable.span(now - quota.instant) + " ago",
            ]
        }
        return "Quota\n" + Readable.table(rows, textColumns: 5)
    }

    private static func word(_ state: QuotaSnapshot.State) -> String {
        switch state {
        case .ok: "OK"
        case .error: "ERROR"
        case .notAvailable: "N/A"
        }
    }

    private func used(_ quota: QuotaSnapshot) -> String {
        let windows = Self.windows(of: quota).compactMap { name, window in
            window.map { "\(name): \(Readable.percent($0.percent / 100))" + resets($0) }
        }
        return windows.isEmpty ? quota.message.map(Readable.name) ?? "-" : windows.joined(separator: " | ")
    }

    private func resets(_ window: QuotaSnapshot.Window) -> String {
        window.resetsAt.map { " (resets in \(Readable.span($0 - now)))" } ?? ""
    }

    private static func windows(of quota: QuotaSnapshot) -> [(name: String, window: QuotaSnapshot.Window?)] {
        [
            ("5h", quota.windows.fiveHours), ("7d", quota.windows.sevenDays),
            ("7d Sonnet", quota.windows.sevenDaysOfSonnet),
        ]
    }

    var json: JSONValue {
        .array(
            quotas.map { quota in
                var object: JSONObject = [
                    "provider": .string(quota.provider), "instance": .string(quota.instance),
                    "auth_mode": .string(quota.authMode), "state": .string(quota.state.rawValue),
                    "time": .string(Timestamp.iso8601(quota.instant)),
                ]
                let windows = [
                    ("five_hour", quota.windows.fiveHours), ("seven_day", quota.windows.sevenDays),
                    ("seven_day_sonnet", quota.windows.sevenDaysOfSonnet),
                ]
                for (name, window) in windows {
                    guard let window else {
                        object[name] = .null
                        continue
                    }
                    object[name] = [
                        "percent": .number(JSONNumber(validText: "\(window.percent)")),
                        "resets_at": window.resetsAt.map { .string(Timestamp.iso8601($0)) } ?? .null,
                    ]
                }
                object["error"] = quota.message.map { .string($0) } ?? .null
                return .object(object)
            })
    }
}
