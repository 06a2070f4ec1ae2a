/// The streamed response that a connection is at.
final class ResponseStream: ResponseSink, @unchecked Sendable {
    // SAFETY: confined to the connection's loop; `write` goes there first.

    private let connection: HTTPConnection
    private let isChunked: Bool
    private var isOpen = true

    init(connection: HTTPConnection, isChunked: Bool) {
        self.connection = connection
        self.isChunked = isChunked
    }

    /// Whatever is written from now on belongs to no response.
    func close() { isOpen = false }

    func write(_ bytes: [UInt8]) async throws(ResponseWriteError) {
        guard connection.loop.isCurrent else {
            return try await connection.loop.run { () async throws(ResponseWriteError) in
                try await self.writeOnLoop(bytes)
            }
        }
        try await writeOnLoop(bytes)
    }

    func offer(_ bytes: [UInt8]) throws(ResponseWriteError) -> Bool {
        guard connection.loop.isCurrent, connection.output.count + bytes.count <= mark else { return false }
        try append(bytes)
        if !bytes.isEmpty { connection.planFlush() }
        return true
    }

    private func writeOnLoop(_ bytes: [UInt8]) async throws(ResponseWriteError) {
        try append(bytes)
        if connection.output.count > mark {
            try await connection.drainOutput(to: mark / 2)
        } else if !bytes.isEmpty {
            connection.planFlush()
        }
    }

    /// From so many unsent bytes on the writer waits.
    private var mark: Int { connection.host.configuration.highWatermark }

    private func append(_ bytes: [UInt8]) throws(ResponseWriteError) {
        guard isOpen else { throw .aborted }
        guard !connection.peerClosed, !connection.isBroken else { throw .disconnected }
        guard !bytes.isEmpty else { return }
        connection.prepareOutput()
        if isChunked { connection.output.appendChunk(bytes) } else { connection.output.append(bytes) }
    }
}
