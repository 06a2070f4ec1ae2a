import Synchronization

/// The streams under way, so that they can be told when the gateway stops.
package final class StreamRegistry: Sendable {
    private struct State {
        var streams: [ObjectIdentifier: ReplyStream] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    package var count: Int { state.withLock { $0.streams.count } }

    package func add(_ stream: ReplyStream) {
        let isClosed = state.withLock { state in
            state.streams[ObjectIdentifier(stream)] = stream
            return state.isClosed
        }
        if isClosed { stream.abort() }
    }

    package func remove(_ stream: ReplyStream) {
        state.withLock { _ = $0.streams.removeValue(forKey: ObjectIdentifier(stream)) }
    }

    /// Aborts every stream under way, and from now on every stream that is added.
    package func abortAll() {
        let streams = state.withLock { state in
            state.isClosed = true
            return Array(state.streams.values)
        }
        for stream in streams { stream.abort() }
    }
}
