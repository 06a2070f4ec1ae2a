@testable import GatewayCore

/// The body of a simulated answer: five pieces, a moment apart, each of which names its sending.
final class SimulatedBody: TransportBody, @unchecked Sendable {
    // SAFETY: one thread runs a whole schedule.
    private let pieces: [[UInt8]]
    private let fault: Fault
    private let number: Int
    private let timeouts: TransportTimeouts
    private let isStreamed: Bool
    /// When it is too late for the rest.
    private let end: MonotonicInstant
    private let transport: SimulatedTransport
    private var place = 0
    private var isCancelled = false
    /// Whether what was told last was the end.
    private var hasEnded = false
    private var waiting: Task<Void, Never>?
    private var readsPastEnd = 0

    static let pieceCount = 5
    /// The piece of a stream with which its answer has begun: the first of its words.
    private static let firstWord = 1
    /// What a whole answer says that it took.
    static let tokens = 7

    init(
        _ pieces: [[UInt8]], _ fault: Fault, _ number: Int, _ request: TransportRequest, _ transport: SimulatedTransport
    ) {
        self.pieces = pieces
        self.fault = fault
        self.number = number
        self.timeouts = request.timeouts
        isStreamed = request.isStreamed
        end = request.timeouts.total.map { transport.sendings[number].at + $0 } ?? .distantFuture
        self.transport = transport
    }

    // Whoever lets go of it wants no more, as with real ones.
    deinit { transport.noteEnd(number) }

    func next() async throws(TransportError) -> [UInt8]? {
        guard !isCancelled, !Task.isCancelled else { throw cancelled() }
        if hasEnded { return try noMore() }
        switch fault {
        case .stall(place):
            try await pause(timeouts.idle)
            throw failed(.timedOut(.idle))
        case .truncate(place): throw failed(.truncated(detail: "cut"))
        case .malformed(place):
            hasEnded = true
            transport.noteFailure(number)
            return Array("data: {\"choices\":7}\n\n{{{".utf8)
        case .inBand(place):
            hasEnded = true
            transport.noteFailure(number)
            return Array("data: {\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}\n\n".utf8)
        default: break
        }
        if place > 0 { try await pause(.milliseconds(40)) }
        guard place < pieces.count else { return try noMore() }
        if isStreamed, place == Self.firstWord { transport.noteSettled(number) }
        place += 1
        return pieces[place - 1]
    }

    func cancel() {
        isCancelled = true
        transport.noteEnd(number)
        waiting?.cancel()
    }

    private func pause(_ duration: Duration) async throws(TransportError) {
        let time = transport.time
        let wanted = time.now() + duration
        let until = min(wanted, end)
        let sleep = Task(executorPreference: time) { await time.sleep(until: until) }
        waiting = sleep
        await withTaskCancellationHandler {
            await sleep.value
        } onCancel: {
            sleep.cancel()
        }
        if isCancelled || Task.isCancelled { throw cancelled() }
        if until < wanted { throw failed(.timedOut(.total)) }
    }

    /// Whoever reads on for ever is told of it, and stopped.
    private func noMore() throws(TransportError) -> [UInt8]? {
        transport.noteEnd(number)
        readsPastEnd += 1
        guard readsPastEnd < 100 else {
            transport.onEndlessReading(number)
            throw .truncated(detail: "nothing more will ever come")
        }
        return nil
    }

    private func cancelled() -> TransportError {
        transport.noteEnd(number)
        return .cancelled
    }

    private func failed(_ error: TransportError) -> TransportError {
        transport.noteFailure(number)
        transport.noteEnd(number)
        return error
    }

    // MARK: What it says

    /// The words of an answer are `N.0 N.1 N.2`, N being the number of the sending.
    static func pieces(_ number: Int, isStreaming: Bool) -> [[UInt8]] {
        guard isStreaming else {
            let text =
                "{\"choices\":[{\"message\":{\"content\":\"\(number).0 \(number).1 \(number).2 \"},"
                + "\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":\(tokens - 3),\"total_tokens\":\(tokens)}}"
            let bytes = Array(text.utf8)
            return (0..<pieceCount).map {
                Array(bytes[bytes.count * $0 / pieceCount..<bytes.count * ($0 + 1) / pieceCount])
            }
        }
        let words = (0..<3).map {
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(number).\($0) \"}}]}\n\n"
        }
        return
            (["data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n"] + words + [
                "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
            ])
            .map { Array($0.utf8) }
    }
}
