/// Why a response cannot go on.
package enum ResponseWriteError: Error, Sendable, Equatable {
    case disconnected
    /// The client took too little in the time it had.
    case timedOut
    /// The writer's own wish to break the response off.
    case aborted
}

/// Takes the bytes of a response.
package protocol ResponseSink: AnyObject, Sendable {
    func write(_ bytes: [UInt8]) async throws(ResponseWriteError)

    /// As `write` where that takes no waiting; otherwise does nothing and returns false.
    func offer(_ bytes: [UInt8]) throws(ResponseWriteError) -> Bool
}

extension ResponseSink {
    package func offer(_ bytes: [UInt8]) throws(ResponseWriteError) -> Bool { false }
}

/// Sends the body of a streamed response.
package struct ResponseWriter: Sendable {
    private let sink: any ResponseSink

    package init(sink: any ResponseSink) {
        self.sink = sink
    }

    /// Sends the bytes at the end of this turn of the loop, together with all else that was written in it. Returns at
    /// once while the client keeps up, and waits while too much is unread.
    package func write(_ bytes: [UInt8]) async throws(ResponseWriteError) {
        try await sink.write(bytes)
    }

    /// As `write` where the client keeps up and the caller is on the connection's loop; otherwise does nothing and returns false.
    package func offer(_ bytes: [UInt8]) throws(ResponseWriteError) -> Bool {
        try sink.offer(bytes)
    }
}
