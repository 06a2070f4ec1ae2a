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
    /// As the client told it; nil where it did not.
    var length: Int? { get }

    /// Takes a body of so many bytes, where the server's limit is lower. Before anything is read.
    func raiseLimit(to limit: Int)

    /// The next bytes, never empty; nil after the last.
    func next() async throws(RequestBodyError) -> [UInt8]?

    /// Ends a `next` that waits, with `.timedOut`.
    func stop()

    /// All bytes that are left, where they are here already and not too many; nil where `collect` must be asked.
    func takeReady() -> [UInt8]?

    /// All bytes that are left, `limit` at most.
    func collect(upTo limit: Int) async throws(RequestBodyError) -> [UInt8]
}

/// The body of a request, read as it arrives: what is not asked for is not taken from the network.
package struct RequestBody: Sendable {
    private let bytes: [UInt8]
    /// Nil where all of it is in `bytes`.
    private let source: (any RequestBodySource)?

    package init(source: any RequestBodySource) {
        bytes = []
        self.source = source
    }

    /// A body that is here already.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        source = nil
    }

    /// As the client told it; nil where it did not.
    package var length: Int? { source == nil ? bytes.count : source?.length }

    /// Takes a body of so many bytes, where the server's limit is lower. To be called on the connection's loop, before anything
    /// is read.
    package func raiseLimit(to limit: Int) { source?.raiseLimit(to: limit) }

    /// The body piece by piece, once. The first piece asked for lets a client that waits for `100 Continue` go on.
    package func pieces() -> any RequestBodySource { source ?? BufferedBody(bytes) }

    /// The whole body where nothing of it must be waited for, as most are; nil where `collect` must be asked. To be called on
    /// the connection's loop.
    package func takeReady() -> [UInt8]? {
        guard let source else { return bytes }
        return source.takeReady()
    }

    /// The whole body in one piece. Throws `.tooLarge` before reading where the client told too large a length. The
    /// server's own limit holds as well.
    package func collect(upTo limit: Int = .max) async throws(RequestBodyError) -> [UInt8] {
        if let source { return try await source.collect(upTo: limit) }
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return bytes
    }
}

private final class BufferedBody: RequestBodySource {
    private let bytes: Mutex<[UInt8]>

    init(_ bytes: [UInt8]) {
        self.bytes = Mutex(bytes)
    }

    var length: Int? { bytes.withLock { $0.count } }

    func raiseLimit(to limit: Int) {}

    func stop() {}

    func next() async throws(RequestBodyError) -> [UInt8]? {
        let all = take()
        return all.isEmpty ? nil : all
    }

    func takeReady() -> [UInt8]? { take() }

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
