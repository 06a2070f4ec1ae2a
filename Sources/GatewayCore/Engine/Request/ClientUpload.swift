import Synchronization

/// A client's body that is passed on while it arrives. What was read of it cannot be read again, so that from the first byte on
/// no other instance can be asked.
package final class ClientUpload: TransportUpload {
    package let length: Int

    private struct State {
        var hasBegun = false
        var failure: ProviderFailure?
    }

    private let read: @Sendable () async throws(ProviderFailure) -> [UInt8]?
    private let stop: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - read: gives the next bytes, nil after the last, and says what the client did wrong.
    ///   - stop: ends a `read` that waits.
    package init(
        length: Int, read: @escaping @Sendable () async throws(ProviderFailure) -> [UInt8]?,
        stop: @escaping @Sendable () -> Void
    ) {
        self.length = length
        self.read = read
        self.stop = stop
    }

    package func cancel() { stop() }

    /// Whether anything was asked for.
    var hasBegun: Bool { state.withLock { $0.hasBegun } }

    /// Why the body did not come to its end, where that is the client's doing.
    var failure: ProviderFailure? { state.withLock { $0.failure } }

    package func next() async throws(TransportError) -> [UInt8]? {
        state.withLock { $0.hasBegun = true }
        do {
            return try await read()
        } catch {
            state.withLock { $0.failure = error }
            throw .cancelled
        }
    }
}
