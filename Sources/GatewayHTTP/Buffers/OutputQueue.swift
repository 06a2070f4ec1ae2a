import Glibc

/// Bytes on their way to a connection, in pieces: small ones are gathered, large ones are kept as they are and sent
/// without a copy.
struct OutputQueue {
    /// Pieces from this size on are not copied.
    static let largeSize = 4096
    private static let vectorsPerWrite = 16
    /// Larger buffers are not kept for the next one.
    private static let largestSpare = 16 * 1024

    /// The first piece has a place of its own, since there is seldom another.
    private var first: [UInt8] = []
    /// Whether nobody else has the memory of the first piece.
    private var firstIsOurs = true
    private var rest: [[UInt8]] = []
    /// Sent bytes of the first piece.
    private var sent = 0
    /// Whether the last piece is ours to append to.
    private var lastIsOpen = false

    /// Bytes not sent yet.
    private(set) var count = 0
    var isEmpty: Bool { count == 0 }

    mutating func append(_ bytes: [UInt8]) {
        guard bytes.count >= Self.largeSize else { return gather { $0.append(contentsOf: bytes) } }
        add(bytes)
        lastIsOpen = false
        count += bytes.count
    }

    /// Appends bytes that are made in place.
    mutating func gather(_ body: (inout [UInt8]) -> Void) {
        if !lastIsOpen {
            add([])
            lastIsOpen = true
        }
        if rest.isEmpty {
            let before = first.count
            body(&first)
            count += first.count - before
        } else {
            let last = rest.count - 1
            let before = rest[last].count
            body(&rest[last])
            count += rest[last].count - before
        }
    }

    private mutating func add(_ piece: [UInt8]) {
        guard first.isEmpty, rest.isEmpty else { return rest.append(piece) }
        if piece.isEmpty, firstIsOurs { return }
        first = piece
        firstIsOurs = piece.isEmpty
    }

    /// Takes an empty buffer to gather in, where it has none of its own.
    mutating func borrow(_ buffer: inout [UInt8]) {
        guard isEmpty, first.capacity == 0 else { return }
        swap(&first, &buffer)
        firstIsOurs = true
    }

    /// Gives the memory of what is sent to whoever gathers next; none is left behind.
    mutating func giveBack(_ buffer: inout [UInt8]) {
        guard isEmpty else { return }
        if firstIsOurs, buffer.capacity == 0, first.capacity <= Self.largestSpare { swap(&first, &buffer) }
        first = []
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
        first = []
        firstIsOurs = true
        rest = []
        sent = 0
        count = 0
        lastIsOpen = false
    }

    /// Offers what is there to a writer, once, and forgets what it took.
    mutating func write(to channel: some ConnectionChannel) -> ChannelWrite {
        if rest.isEmpty { return writeFirst(to: channel) }
        let capacity = min(1 + rest.count, Self.vectorsPerWrite)
        let result = withUnsafeTemporaryAllocation(of: iovec.self, capacity: capacity) { vectors in
            offer(first, skipping: sent, before: rest[...].prefix(capacity - 1), into: vectors, at: 0, to: channel)
        }
        if case .bytes(let taken) = result { remove(taken) }
        return result
    }

    /// As `write` where there is one piece alone, as there mostly is.
    private mutating func writeFirst(to channel: some ConnectionChannel) -> ChannelWrite {
        let result = first.withUnsafeBytes { bytes in
            let unsent = UnsafeRawBufferPointer(rebasing: bytes[sent...])
            var vector = iovec(
                iov_base: UnsafeMutableRawPointer(mutating: unsent.baseAddress), iov_len: unsent.count)
            // SAFETY: a channel only reads what it writes.
            return withUnsafePointer(to: &vector) { channel.write(UnsafeBufferPointer(start: $0, count: 1)) }
        }
        if case .bytes(let taken) = result { remove(taken) }
        return result
    }

    /// Pins one piece after the other, so that all are in place when the last one calls the channel.
    private func offer(
        _ piece: [UInt8], skipping: Int, before others: ArraySlice<[UInt8]>,
        into vectors: UnsafeMutableBufferPointer<iovec>, at index: Int, to channel: some ConnectionChannel
    ) -> ChannelWrite {
        piece.withUnsafeBytes { bytes in
            let unsent = UnsafeRawBufferPointer(rebasing: bytes[skipping...])
            vectors.initializeElement(
                at: index,
                to: iovec(iov_base: UnsafeMutableRawPointer(mutating: unsent.baseAddress), iov_len: unsent.count))
            let end = unsent.isEmpty ? index : index + 1
            guard let next = others.first else {
                return channel.write(UnsafeBufferPointer(rebasing: vectors[..<end]))
            }
            return offer(next, skipping: 0, before: others.dropFirst(), into: vectors, at: end, to: channel)
        }
    }

    private mutating func remove(_ taken: Int) {
        guard taken < count else { return forgetAll() }
        count -= taken
        sent += taken
        var whole = 0
        while sent >= (whole == 0 ? first.count : rest[whole - 1].count) {
            sent -= whole == 0 ? first.count : rest[whole - 1].count
            whole += 1
        }
        guard whole > 0 else { return }
        first = rest[whole - 1]
        firstIsOurs = false
        rest.removeFirst(whole)
    }

    /// All is sent: the first piece's memory is still good.
    private mutating func forgetAll() {
        if firstIsOurs { first.removeAll(keepingCapacity: true) } else { first = [] }
        firstIsOurs = true
        rest = []
        sent = 0
        count = 0
        lastIsOpen = false
    }
}
