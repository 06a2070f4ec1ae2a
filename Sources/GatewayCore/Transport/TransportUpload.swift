/// The body of a request that is sent while it still arrives: pulled, so that a slow server slows whoever sends it instead of
/// filling memory.
public protocol TransportUpload: AnyObject, Sendable {
    /// How many bytes there are in all, neither more nor fewer.
    var length: Int { get }

    /// The next bytes, never empty; nil after the last. They are given once. What is thrown ends the exchange with `.cancelled`.
    func next() async throws(TransportError) -> [UInt8]?

    /// Ends a `next` that waits: no more is wanted. Callable from any thread.
    func cancel()
}
