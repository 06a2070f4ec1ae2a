import GatewayCore

/// The body of a request on its way into libcurl, one piece of it at a time: the next is asked for when libcurl has taken the
/// one before.
final class CurlUpload: @unchecked Sendable {
    // SAFETY: `source` is constant, all else is touched on the exchange's loop only.

    let source: any TransportUpload
    private var piece: [UInt8] = []
    private var offset = 0
    private var isComplete = false
    /// Whether libcurl is connected and asked for the first piece. Before that nothing is read, so that another can still be.
    private var hasBegun = false
    /// Whether nobody wants the rest any more.
    private var isOver = false
    /// Whether libcurl asked in vain, and waits to be told that there is more.
    private var isAwaited = false
    private var waiter: UnsafeContinuation<Void, Never>?

    init(_ source: any TransportUpload) {
        self.source = source
    }

    /// Bytes for libcurl, as many as it has room for; 0 at the end, nil when there are none yet. Called inside its callbacks.
    func take(into room: UnsafeMutableRawBufferPointer) -> Int? {
        hasBegun = true
        guard offset < piece.count else {
            isAwaited = !isComplete
            wake()
            return isComplete ? 0 : nil
        }
        let count = min(room.count, piece.count - offset)
        piece.withUnsafeBytes { bytes in
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
        }
        offset += count
        if offset == piece.count { wake() }
        return count
    }

    /// Reads the source to its end, or until nobody wants more of it. On-loop only.
    func run(for exchange: CurlExchange) async {
        while !isComplete {
            await nextPieceIsWanted()
            guard !isOver else { return }
            do {
                let bytes = try await source.next()
                guard !isOver else { return }
                piece = bytes ?? []
                offset = 0
                isComplete = bytes == nil
            } catch {
                guard !isOver else { return }
                return exchange.cancelOnLoop()
            }
            tellLibcurl(of: exchange)
        }
    }

    /// The exchange is over, or answered with an error before all was sent: the rest is not read.
    func end(of exchange: CurlExchange) {
        guard !isOver else { return }
        isOver = true
        wake()
        if !isComplete { source.cancel() }
        // A transfer that waits for more would not end with its answer.
        tellLibcurl(of: exchange)
    }

    private func tellLibcurl(of exchange: CurlExchange) {
        guard isAwaited else { return }
        isAwaited = false
        exchange.goOn()
    }

    /// Returns when libcurl has all of the piece, or when the rest is not wanted.
    private func nextPieceIsWanted() async {
        guard !isOver, !hasBegun || offset < piece.count else { return }
        await withUnsafeContinuation { waiter = $0 }
    }

    private func wake() {
        let waiting = waiter
        waiter = nil
        waiting?.resume()
    }
}
