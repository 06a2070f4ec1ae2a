/// The response cache: whole answers that are given again to requests that are the same.
public struct CacheConfiguration: Sendable, Equatable {
    /// Whose requests share answers.
    public enum Sharing: String, Sendable, CaseIterable {
        /// Those of one client key.
        case key
        /// Everybody's.
        case all
    }

    /// Where answers are kept.
    public enum Place: String, Sendable, CaseIterable {
        /// In this process.
        case memory
        /// On the server of `[shared]`, for all gateways that share it.
        case redis
    }

    /// Without it nothing is kept and no request can ask for it.
    public var isEnabled: Bool = false
    /// For requests that say nothing themselves.
    public var mode: CacheMode = .on
    public var lifetime: Duration = .seconds(3600)
    public var place: Place = .memory
    /// Of all requests and answers together, wherever they are kept.
    public var maxBytes: Int = 512 << 20
    /// A longer answer is not kept.
    public var maxAnswerBytes: Int = 4 << 20
    public var sharing: Sharing = .key
    /// Whether identical requests under way are sent once.
    public var coalesces: Bool = true
    /// How long a request waits for the answer to an identical one before it is sent itself.
    public var patience: Duration = .seconds(30)

    public init(isEnabled: Bool = false) {
        self.isEnabled = isEnabled
    }

    /// The section is there to be used: it is enabled unless it says otherwise.
    init(reading reader: inout ConfigurationReader) {
        self.init(isEnabled: reader.boolean("enabled") ?? true)
        mode = reader.choice("mode", of: CacheMode.self) ?? mode
        place = reader.choice("backend", of: Place.self) ?? place
        lifetime = reader.seconds("ttl_seconds") ?? lifetime
        maxBytes = reader.integer("max_size_mb", in: 1...1_048_576).map { $0 << 20 } ?? maxBytes
        maxAnswerBytes = reader.integer("max_answer_kb", in: 1...1_048_576).map { $0 << 10 } ?? maxAnswerBytes
        sharing = reader.choice("shared_by", of: Sharing.self) ?? sharing
        coalesces = reader.boolean("coalesce") ?? coalesces
        patience = reader.seconds("coalesce_wait_seconds") ?? patience
    }
}
