import Glibc

/// Walks over buffers in pieces of one TLS record, so that a head and the body behind it travel together.
///
/// OpenSSL wants a write that it could not finish again with at least as many bytes: a piece begins behind what was
/// written and is never smaller than it could be, so it only grows when more buffers are offered the next time.
struct RecordCursor {
    private let buffers: UnsafeBufferPointer<iovec>
    private var index = 0
    private var offset = 0

    init(_ buffers: UnsafeBufferPointer<iovec>) {
        self.buffers = buffers
    }

    /// The bytes from here on, at least a record of them if there are as many; nil at the end. They lie in `record` when
    /// several buffers had to be put together.
    func next(gatheringInto record: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard index < buffers.count else { return nil }
        var source = bytes(of: index).dropFirst(offset)
        if source.count >= record.count || index == buffers.count - 1 {
            return UnsafeRawBufferPointer(rebasing: source)
        }
        var count = 0
        var following = index + 1
        while true {
            let taken = min(source.count, record.count - count)
            UnsafeMutableRawBufferPointer(rebasing: record[count..<(count + taken)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(taken)))
            count += taken
            guard count < record.count, following < buffers.count else { break }
            source = bytes(of: following)[...]
            following += 1
        }
        return UnsafeRawBufferPointer(rebasing: record[..<count])
    }

    mutating func advance(by count: Int) {
        var left = count
        while left > 0 {
            let available = buffers[index].iov_len - offset
            guard left >= available else {
                offset += left
                return
            }
            left -= available
            index += 1
            offset = 0
        }
    }

    private func bytes(of index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buffers[index].iov_base, count: buffers[index].iov_len)
    }
}
