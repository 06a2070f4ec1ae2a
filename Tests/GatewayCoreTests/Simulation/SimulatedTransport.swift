import Synchronization

@testable import GatewayCore

/// Instances that answer on virtual time as the schedule says. Everything happens on the thread that drains the time.
final class SimulatedTransport: Transport, @unchecked Sendable {
    // SAFETY: one thread runs a whole schedule.

    /// One time that an instance was asked.
    struct Sending {
        var request: String
        var instance: String
        var key: String
        var fault: Fault
        var at: MonotonicInstant
        /// When it failed before the answer began; nil for answers and for what was cancelled.
        var failedAt: MonotonicInstant?
    }

    let time: VirtualTime
    private let schedule: Schedule
    private(set) var sendings: [Sending] = []
    /// Tells of each sending before anything else happens.
    var onSend: (Sending) -> Void = { _ in }

    init(_ schedule: Schedule, time: VirtualTime) {
        self.schedule = schedule
        self.time = time
    }

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        let instance = request.headers["x-instance"] ?? ""
        let number = sendings.count
        let fault = schedule.fault(of: instance, sending: number)
        sendings.append(
            Sending(
                request: request.headers["x-request"] ?? "", instance: instance, key: request.headers["x-key"] ?? "",
                fault: fault, at: time.now()))
        onSend(sendings[number])
        let isStreaming = request.headers["x-stream"] != nil
        switch fault {
        case .refused: throw fail(number, .unreachable(detail: "refused"))
        case .reset:
            try await wait(.milliseconds(20))
            throw fail(number, .truncated(detail: "reset"))
        case .noHead:
            try await wait(request.timeouts.firstByte)
            throw fail(number, .timedOut(.firstByte))
        case .status(let status, let retryAfter):
            try await wait(.milliseconds(30))
            noteFailure(number)
            var headers: HTTPFields = [:]
            if let retryAfter { headers.append("retry-after", String(retryAfter)) }
            return TransportResponse(
                status: status, headers: headers, body: SimulatedBody([Array("{}".utf8)], .none, number, request, self))
        case .none, .stall, .truncate, .malformed, .inBand:
            try await wait(schedule.latency(of: instance))
            let pieces = SimulatedBody.pieces(number, isStreaming: isStreaming)
            return TransportResponse(
                status: 200, headers: [:], body: SimulatedBody(pieces, fault, number, request, self))
        }
    }

    /// The sending failed now, as far as the transport knows.
    func noteFailure(_ number: Int) {
        sendings[number].failedAt = time.now()
    }

    func wait(_ duration: Duration) async throws(TransportError) {
        await time.sleep(until: time.now() + duration)
        if Task.isCancelled { throw .cancelled }
    }

    private func fail(_ number: Int, _ error: TransportError) -> TransportError {
        noteFailure(number)
        return error
    }
}

/// The body of a simulated answer: five pieces, a moment apart, each of which names its sending.
final class SimulatedBody: TransportBody, @unchecked Sendable {
    // SAFETY: one thread runs a whole schedule.
    private let pieces: [[UInt8]]
    private let fault: Fault
    private let number: Int
    private let timeouts: TransportTimeouts
    private let began: MonotonicInstant
    private let transport: SimulatedTransport
    private var place = 0
    private var isCancelled = false
    /// Whether what was told last was the end.
    private var hasEnded = false
    private var waiting: Task<Void, Never>?

    static let pieceCount = 5

    init(
        _ pieces: [[UInt8]], _ fault: Fault, _ number: Int, _ request: TransportRequest, _ transport: SimulatedTransport
    ) {
        self.pieces = pieces
        self.fault = fault
        self.number = number
        self.timeouts = request.timeouts
        self.transport = transport
        began = transport.time.now()
    }

    func next() async throws(TransportError) -> [UInt8]? {
        guard !isCancelled, !Task.isCancelled else { throw .cancelled }
        if hasEnded { return nil }
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
        guard place < pieces.count else { return nil }
        place += 1
        return pieces[place - 1]
    }

    func cancel() {
        isCancelled = true
        waiting?.cancel()
    }

    private func pause(_ duration: Duration) async throws(TransportError) {
        let (time, end) = (transport.time, transport.time.now() + duration)
        let sleep = Task(executorPreference: time) { await time.sleep(until: end) }
        waiting = sleep
        await withTaskCancellationHandler {
            await sleep.value
        } onCancel: {
            sleep.cancel()
        }
        if isCancelled || Task.isCancelled { throw .cancelled }
    }

    private func failed(_ error: TransportError) -> TransportError {
        transport.noteFailure(number)
        return error
    }

    // MARK: What it says

    /// The words of an answer are `N.0 N.1 N.2`, N being the number of the sending.
    static func pieces(_ number: Int, isStreaming: Bool) -> [[UInt8]] {
        guard isStreaming else {
            let text = "{\"choices\":[{\"message\":{\"content\":\"\(number).0 \(number).1 \(number).2 \"}}]}"
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
                "data: [DONE]\n\n"
            ])
            .map { Array($0.utf8) }
    }
}

/// Sends the body unchanged, with what the simulation wants to know in headers.
struct SimulatedProvider: LlmProvider {
    var instance: InstanceConfiguration
    var format: WireFormat { .openAI }

    func request(for call: ProviderCall) -> TransportRequest {
        var headers: HTTPFields = ["x-instance": instance.name, "x-key": instance.apiKey?.revealed ?? ""]
        headers.append("x-request", call.clientHeaders["x-request"] ?? "")
        if call.isStreaming { headers.append("x-stream", "1") }
        return TransportRequest(
            url: "https://simulated.test", headers: headers, body: call.body, timeouts: instance.timeouts)
    }

    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }
    func models(in list: JSONValue) -> [ListedModel] { [] }
}
