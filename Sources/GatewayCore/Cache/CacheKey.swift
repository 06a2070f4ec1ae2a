/// What makes two requests the same to the response cache: the client's format, whose cache it is, the provider it asked for,
/// and the body in canonical form.
///
/// The key holds the whole canonical body, so that equal keys are equal requests and not only equal digests.
package struct CacheKey: Sendable, Hashable {
    /// Canonical JSON of everything above.
    package let bytes: [UInt8]
    /// Reading a long key once is enough for all tables that it is looked for in.
    private let hash: UInt64

    /// - Parameters:
    ///   - scope: who shares the answers: the name of a client's key, or nil for all.
    ///   - provider: the provider where the client or the address fixes it.
    ///   - model: as the client named it.
    ///   - variant: what else of the request changes the answer, in any form.
    ///   - body: the request's; what does not change the answer is left out.
    package init(
        format: WireFormat, scope: String?, provider: String?, model: String, variant: String = "", body: JSONPeek
    ) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.bytes.count + 256)
        let head: JSONValue = .array([
            .string(format.rawValue), scope.map { .string($0) } ?? .null, provider.map { .string($0) } ?? .null,
            .string(model), .string(variant),
        ])
        head.write(into: &bytes)
        body.writeCanonically(without: Self.irrelevant, into: &bytes)
        self.bytes = bytes
        hash = ByteHash.hash(bytes)
    }

    /// Streamed and whole answers serve each other, and the gateway's own options are no part of the question.
    private static let irrelevant = ["model", "stream", "stream_options", GatewayOptions.key]

    package static func == (one: CacheKey, other: CacheKey) -> Bool {
        guard one.hash == other.hash else { return false }
        return one.bytes.withUnsafeBufferPointer { bytes in
            other.bytes.withUnsafeBufferPointer { bytes.hasSameBytes(as: $0[...]) }
        }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}
