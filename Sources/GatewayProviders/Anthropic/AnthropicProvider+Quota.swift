import GatewayCore

/// The quota of a Claude account, which Anthropic tells to OAuth tokens alone.
///
/// Anthropic's own tools ask there; it stands in no reference. Its answers are known from what users published:
/// https://github.com/Haleclipse/CCometixLine/issues/95
extension AnthropicProvider: QuotaReporting {
    private static let beta = "oauth-2025-04-20"

    public func quotaRequest() -> TransportRequest? {
        guard let quotaURL else { return nil }
        var fields = headers.fields
        fields.append("accept", "application/json")
        if fields["anthropic-beta"]?.contains(Self.beta) != true { fields.append("anthropic-beta", Self.beta) }
        return TransportRequest(method: "GET", url: quotaURL, headers: fields, timeouts: timeouts)
    }

    public func quota(in answer: JSONValue) -> QuotaSnapshot.Windows? {
        let windows = QuotaSnapshot.Windows(
            fiveHours: Self.window(answer["five_hour"]), sevenDays: Self.window(answer["seven_day"]),
            sevenDaysOfSonnet: Self.window(answer["seven_day_sonnet"]))
        return windows == QuotaSnapshot.Windows() ? nil : windows
    }

    private static func window(_ value: JSONValue?) -> QuotaSnapshot.Window? {
        guard let percent = value?["utilization"]?.double, percent >= 0, percent <= 100_000 else { return nil }
        return QuotaSnapshot.Window(
            percent: percent, resetsAt: value?["resets_at"]?.string.flatMap { Timestamp.seconds(iso8601: $0) })
    }
}
