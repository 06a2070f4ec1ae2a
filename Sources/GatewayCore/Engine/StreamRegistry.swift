import Synchronization

/// The streams under way, so that they can be told when the gateway stops.
package final class StreamRegistry: Sendable {
    private let streams = Mutex<[ObjectIdentifier: ReplyStream]>([:])

    package var count: Int { streams.withLock { $0.count } }

    package func add(_ stream: ReplyStream) {
        streams.withLock { $0[ObjectIdentifier(stream)] = stream }
    }

    package func remove(_ stream: ReplyStream) {
        streams.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(stream)) }
    }

    package func abortAll() {
        for stream in streams.withLock({ Array($0.values) }) { stream.abort() }
    }
}
