/// How much the gateway remembers of conversations that Responses clients hold with models of other APIs.
public struct StoredResponsesConfiguration: Sendable, Equatable {
    /// Of all turns together, in memory. With 0 nothing is kept, and no bridged response can be gone on from.
    public var maxBytes: Int
    public var maxAge: Duration

    public init(maxBytes: Int = 64 << 20, maxAge: Duration = .seconds(86_400)) {
        self.maxBytes = maxBytes
        self.maxAge = maxAge
    }

    init(reading reader: inout ConfigurationReader) {
        self.init()
        maxBytes = reader.integer("max_megabytes", in: 0...1_048_576).map { $0 << 20 } ?? maxBytes
        maxAge = reader.integer("max_age_hours", in: 1...8760).map { .seconds($0 * 3600) } ?? maxAge
    }
}
