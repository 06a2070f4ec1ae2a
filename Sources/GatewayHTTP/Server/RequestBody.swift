import Synchronization

/// Why a body could not be read to its end. The connection closes after the response.
package enum RequestBodyError: Error, Sendable, Equatable {
    case tooLarge(limit: Int)
    case malformed(ChunkFault)
    /// The client sent too little in the time it had.
    case timedOut
    case disconnected
}

/// Where the bytes of a body come from.
package protocol RequestBodySource: AnyObject, Sendable {
    /// The next bytes, never empty; nil after the last.
    func next() async throws(RequestBodyError) -> [UInt8]?

    /// All bytes that are left, `limit` at most.
    func collect(upTo limit: Int) async throws(RequestBodyError) -> [UInt8]
}

/// The body of a request, read as it arrives: what is not asked for is not taken from the network.
package struct RequestBody: Sendable {
    private let source: (any RequestBodySource)?

    package init(source: any RequestBodySource) {
        self.source = source
    }

    /// A body that is here already.
    package init(_ bytes: [UInt8]) {
        source = bytes.isEmpty ? nil : BufferedBody(bytes)
    }

    /// The next bytes, never empty; nil at the end. The first call lets a client that waits for `100 Continue` go on.
    package func next() async throws(RequestBodyError) -> [UInt8]? {
        try await source?.next()
    }

    /// The whole body in one piece. Throws `.tooLarge` before reading where the client told too large a length. The
    /// server's own limit holds as well.
    package func collect(upTo limit: Int = .max) async throws(RequestBodyError) -> [UInt8] {
        try await source?.collect(upTo: limit) ?? []
    }
}

private final class BufferedBody: RequestBodySource {
    private let bytes: Mutex<[UInt8]>

    init(_ bytes: [UInt8]) {
        self.bytes = Mutex(bytes)
    }

    func next() async throws(RequestBodyError) -> [UInt8]? {
        let all = take()
        return all.isEmpty ? nil : all
    }

    func collect(upTo limit: Int) async throws(RequestBodyError) -> [UInt8] {
        let all = take()
        guard all.count <= limit else { throw .tooLarge(limit: limit) }
        return all
    }

    private func take() -> [UInt8] {
        bytes.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
    }
}
