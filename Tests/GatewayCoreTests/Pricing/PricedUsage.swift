import Testing

@testable import GatewayCore

/// A usage and what it costs in USD.
///
/// The comment above each says how: counts times prices of a million tokens as the provider's page has them. The amounts
/// were worked out from that with a decimal calculator, not by this program.
struct PricedUsage: Sendable, CustomTestStringConvertible {
    var provider: String
    var model: String
    var usage: TokenUsage
    var dollars: String
    /// 2026-11-21 at noon unless it says otherwise.
    var day: String
    var hour: Int

    init(
        _ provider: String, _ model: String, _ usage: TokenUsage, _ dollars: String, tier: ServiceTier? = nil,
        day: String = "2026-11-21", hour: Int = 12, details: (inout UsageDetails) -> Void = { _ in }
    ) {
        self.provider = provider
        self.model = model
        self.usage = usage
        self.dollars = dollars
        self.day = day
        self.hour = hour
        self.usage.serviceTier = tier
        var known = UsageDetails()
        details(&known)
        self.usage.details = known.ifAny
    }

    var instant: Double { Double(Timestamp.day(day) ?? 0) * 86_400 + Double(hour) * 3600 }

    var testDescription: String { "\(provider) \(model) \(dollars)" }
}
