import GatewayCore

/// The bytes of a response between the network and their reader: what arrived, how it ended, and when to stop reading.
/// Pure.
struct ResponseBuffer {
    enum Pull: Equatable {
        case bytes([UInt8])
        /// Nothing there yet.
        case wait
        case end
        case failed(TransportError)

        /// What the reader is told; nil where it has to wait.
        var result: Result<[UInt8]?, TransportError>? {
            switch self {
            case .bytes(let bytes): .success(bytes)
            case .end: .success(nil)
            case .failed(let error): .failure(error)
            case .wait: nil
            }
        }
    }

    enum Outcome: Equatable {
        case complete
        case failed(TransportError)
    }

    /// From this many unread bytes on, nothing more is taken.
    private let watermark: Int
    private var unread: [UInt8] = []
    private(set) var outcome: Outcome?
    /// Whether bytes were turned away and wait in the network.
    private(set) var isPaused = false

    init(watermark: Int) {
        self.watermark = watermark
    }

    var unreadCount: Int { unread.count }

    /// Whether a reader has something to be told.
    var isReady: Bool { !unread.isEmpty || outcome != nil }

    /// Takes the bytes, or turns them away and pauses; they are then to be offered again after `resume`.
    mutating func offer(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard unread.count < watermark else {
            isPaused = true
            return false
        }
        if unread.isEmpty { unread = Array(bytes) } else { unread.append(contentsOf: bytes) }
        return true
    }

    /// Whether so much is unread that nothing more is to be taken from the network.
    var isFull: Bool { unread.count >= watermark }

    /// Lets the body append what it reads off the network.
    mutating func append<Taken, E: Error>(_ body: (inout [UInt8]) throws(E) -> Taken) throws(E) -> Taken {
        try body(&unread)
    }

    /// Hands over all that is unread, in one piece.
    mutating func pull() -> Pull {
        guard unread.isEmpty else {
            let bytes = unread
            unread = []
            return .bytes(bytes)
        }
        return switch outcome {
        case nil: .wait
        case .complete: .end
        case .failed(let error): .failed(error)
        }
    }

    /// Hands over the rest of a response that is here as a whole; nil where more may come.
    mutating func takeWhole() -> [UInt8]? {
        guard case .complete? = outcome else { return nil }
        let bytes = unread
        unread = []
        return bytes
    }

    /// The reader has caught up: turned away bytes may come again.
    mutating func resume() {
        isPaused = false
    }

    /// The exchange is over. The first outcome counts; what is unread may still be pulled.
    mutating func finish(_ outcome: Outcome) {
        if self.outcome == nil { self.outcome = outcome }
        isPaused = false
    }

    /// The reader gave up: unread bytes are of no use any more.
    mutating func discard() {
        unread = []
        outcome = .failed(.cancelled)
        isPaused = false
    }
}
