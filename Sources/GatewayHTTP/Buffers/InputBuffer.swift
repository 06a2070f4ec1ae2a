/// Bytes that were read from a connection and not yet taken. An empty one holds no memory worth mentioning.
struct InputBuffer {
    private static let keptCapacity = 1024

    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { start == bytes.count }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: more)
    }

    /// Shows all bytes to the body, which returns how many of them it took.
    mutating func take<E: Error>(_ body: (Span<UInt8>) throws(E) -> Int) throws(E) {
        start += try body(bytes.span.extracting(droppingFirst: start))
        reclaim()
    }

    /// Moves bytes, as many as `maximum`, to the end of an array.
    mutating func move(atMost maximum: Int, to output: inout [UInt8]) {
        let count = min(maximum, count)
        output.append(contentsOf: bytes[start..<start + count])
        start += count
        reclaim()
    }

    /// Frees the memory of an empty one at once.
    mutating func giveBack() {
        guard isEmpty else { return }
        bytes = []
        start = 0
    }

    mutating func removeAll() {
        start = bytes.count
        reclaim()
    }

    private mutating func reclaim() {
        guard start > 0, start == bytes.count else {
            if start > 64 * 1024 {
                bytes.removeFirst(start)
                start = 0
            }
            return
        }
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
        start = 0
    }
}
