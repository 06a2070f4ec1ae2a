/// A provider's whole answer as it came, ready to be told again in any form.
package struct CachedAnswer: Sendable, Equatable {
    /// The provider's format.
    package var format: WireFormat
    /// Whether `bytes` are a stream, in the provider's framing, or one reply.
    package var isStream: Bool
    package var bytes: [UInt8]
    package var provider: String
    package var instance: String
    /// As the provider calls it.
    package var model: String
    /// Seconds since 1970.
    package var storedAt: Double
    /// What the conversions of the first request lost, as its client was told; nil for nothing.
    package var warnings: String?

    /// What it takes in a cache, with its key.
    package func size(with key: CacheKey) -> Int {
        bytes.count + key.bytes.count + provider.utf8.count + instance.utf8.count + model.utf8.count
            + (warnings?.utf8.count ?? 0) + Self.overhead
    }

    /// About what the tables around an entry take.
    private static let overhead = 256

    package init(
        format: WireFormat, isStream: Bool, bytes: [UInt8], provider: String, instance: String, model: String,
        storedAt: Double, warnings: String? = nil
    ) {
        self.format = format
        self.isStream = isStream
        self.bytes = bytes
        self.provider = provider
        self.instance = instance
        self.model = model
        self.storedAt = storedAt
        self.warnings = warnings
    }
}

/// Keeps answers for requests that come again.
///
/// The gateway's own is in memory; a program that embeds it may share answers between machines by another.
package protocol ResponseCache: Sendable {
    /// The answer kept for that key, if it is younger than its time to live. Never fails: a cache out of reach has nothing.
    func answer(to key: CacheKey, at now: Double) async -> CachedAnswer?

    /// Keeps the answer for so long, or does not: a cache owes nothing. Only hands over; what takes time is done later.
    func keep(_ answer: CachedAnswer, for key: CacheKey, lifetime: Duration)

    /// Forgets everything; answers how many entries that were, where it is known.
    func clear() async -> Int?
}
