/// The bytes of a stream that have arrived and are not yet part of a frame.
///
/// Taking a frame moves an index; the rest is moved to the front only when bytes arrive and less than half of the buffer is
/// still wanted. So each byte is moved a bounded number of times, however the stream is split.
struct FrameBuffer: Sendable {
    /// Storage beyond this is given back when everything in it has been taken.
    private static let keptCapacity = 64 << 10

    private(set) var bytes: [UInt8] = []
    /// The first byte that has not been taken.
    private(set) var start = 0
    /// Where the decoder goes on looking; from `start` to `bytes.count`.
    var cursor = 0
    /// How many bytes were dropped from the front of `bytes` so far.
    private var dropped = 0

    /// How many bytes have been looked at but not taken.
    var pendingCount: Int { cursor - start }

    /// The place of `cursor`, counted from the start of the stream.
    var streamOffset: Int { dropped + cursor }

    mutating func append(_ slice: ArraySlice<UInt8>) {
        if start == bytes.count {
            drop()
            if bytes.capacity > Self.keptCapacity { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
        } else if start > bytes.count / 2 {
            bytes.removeSubrange(..<start)
            drop()
        }
        bytes.append(contentsOf: slice)
    }

    private mutating func drop() {
        dropped += start
        cursor -= start
        start = 0
    }

    /// Takes everything before `index`, and goes on looking from there.
    mutating func take(upTo index: Int) {
        start = index
        cursor = index
    }
}
