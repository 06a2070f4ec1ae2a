/// What is remembered of the models' reasoning for clients whose format cannot return it (`ReasoningStore`).
public struct ReasoningConfiguration: Sendable, Equatable {
    public var isEnabled: Bool
    /// Tool calls remembered at most; at least 1.
    public var maxEntries: Int
    /// Bytes of all of them at most.
    public var maxBytes: Int
    /// How long a call that no request names again is remembered.
    public var idleLifetime: Duration

    public init(
        isEnabled: Bool = true, maxEntries: Int = 10_000, maxBytes: Int = 64 << 20,
        idleLifetime: Duration = .seconds(3600)
    ) {
        self.isEnabled = isEnabled
        self.maxEntries = maxEntries
        self.maxBytes = maxBytes
        self.idleLifetime = idleLifetime
    }
}

extension ReasoningConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init()
        isEnabled = reader.boolean("enabled") ?? isEnabled
        maxEntries = reader.integer("max_entries", in: 1...10_000_000) ?? maxEntries
        maxBytes = reader.integer("max_megabytes", in: 1...100_000).map { $0 << 20 } ?? maxBytes
        idleLifetime = reader.seconds("idle_seconds") ?? idleLifetime
    }
}
