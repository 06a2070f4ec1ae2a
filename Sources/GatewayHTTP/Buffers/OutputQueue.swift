import Glibc

/// Bytes on their way to a connection, in pieces: small ones are gathered, large ones are kept as they are and sent
/// without a copy.
struct OutputQueue {
    /// Pieces from this size on are not copied.
    static let largeSize = 4096
    private static let vectorsPerWrite = 16

    private var pieces: [[UInt8]] = []
    /// Sent bytes of the first piece.
    private var sent = 0
    /// Whether the last piece is ours to append to.
    private var lastIsOpen = false

    /// Bytes not sent yet.
    private(set) var count = 0
    var isEmpty: Bool { count == 0 }

    mutating func append(_ bytes: [UInt8]) {
        guard bytes.count >= Self.largeSize else { return gather { $0.append(contentsOf: bytes) } }
        pieces.append(bytes)
        lastIsOpen = false
        count += bytes.count
    }

    /// Appends bytes that are made in place.
    mutating func gather(_ body: (inout [UInt8]) -> Void) {
        if !lastIsOpen {
            pieces.append([])
            lastIsOpen = true
        }
        let last = pieces.count - 1
        let before = pieces[last].count
        body(&pieces[last])
        count += pieces[last].count - before
    }

    /// Appends bytes as one chunk of the chunked coding.
    mutating func appendChunk(_ bytes: [UInt8]) {
        guard bytes.count >= Self.largeSize else {
            return gather { piece in
                piece.reserveCapacity(piece.count + bytes.count + 12)
                piece.appendChunkSize(bytes.count)
                piece.append(contentsOf: bytes)
                piece.append("\r\n")
            }
        }
        gather { $0.appendChunkSize(bytes.count) }
        append(bytes)
        gather { $0.append("\r\n") }
    }

    mutating func removeAll() {
        pieces = []
        sent = 0
        count = 0
        lastIsOpen = false
    }

    /// Offers what is there to a writer, once, and forgets what it took.
    mutating func write(to channel: some ConnectionChannel) -> ChannelWrite {
        let result = withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.vectorsPerWrite) { vectors in
            offer(pieces[...].prefix(Self.vectorsPerWrite), skipping: sent, into: vectors, at: 0, to: channel)
        }
        if case .bytes(let taken) = result { remove(taken) }
        return result
    }

    /// Pins one piece after the other, so that all are in place when the last one calls the channel.
    private func offer(
        _ rest: ArraySlice<[UInt8]>, skipping: Int, into vectors: UnsafeMutableBufferPointer<iovec>, at index: Int,
        to channel: some ConnectionChannel
    ) -> ChannelWrite {
        guard let piece = rest.first else {
            return channel.write(UnsafeBufferPointer(rebasing: vectors[..<index]))
        }
        return piece.withUnsafeBytes { bytes in
            let unsent = UnsafeRawBufferPointer(rebasing: bytes[skipping...])
            vectors.initializeElement(
                at: index,
                to: iovec(iov_base: UnsafeMutableRawPointer(mutating: unsent.baseAddress), iov_len: unsent.count))
            return offer(
                rest.dropFirst(), skipping: 0, into: vectors, at: unsent.isEmpty ? index : index + 1, to: channel)
        }
    }

    private mutating func remove(_ taken: Int) {
        count -= taken
        guard count > 0 else {
            pieces.removeAll(keepingCapacity: true)
            sent = 0
            lastIsOpen = false
            return
        }
        sent += taken
        var whole = 0
        while sent >= pieces[whole].count {
            sent -= pieces[whole].count
            whole += 1
        }
        pieces.removeFirst(whole)
    }
}
