/// Under which conditions a provider served a request, as far as they decide the price.
public enum ServiceTier: UInt8, Sendable, Hashable, CaseIterable {
    case standard, batch, flex, priority
    /// Anthropic's fast mode.
    case fast
    /// Capacity that is paid for whether it is used or not: its tokens have no price.
    case reserved
    /// A word that the gateway does not know.
    case other

    /// The tier that a provider's reply names.
    ///
    /// OpenAI `default`, `flex`, `priority`, `scale`; Anthropic `standard`, `priority` (committed capacity), `batch`;
    /// Bedrock `default`, `reserved`; Groq `on_demand`; Vertex AI's `trafficType`.
    public init(word: String) {
        switch word.lowercased() {
        case "default", "standard", "auto", "unspecified", "on_demand", "traffic_type_unspecified": self = .standard
        case "batch": self = .batch
        case "flex", "on_demand_flex": self = .flex
        case "priority", "on_demand_priority": self = .priority
        case "fast": self = .fast
        case "scale", "reserved", "provisioned_throughput": self = .reserved
        default: self = .other
        }
    }

    public var word: String {
        switch self {
        case .standard: "standard"
        case .batch: "batch"
        case .flex: "flex"
        case .priority: "priority"
        case .fast: "fast"
        case .reserved: "reserved"
        case .other: "other"
        }
    }
}
