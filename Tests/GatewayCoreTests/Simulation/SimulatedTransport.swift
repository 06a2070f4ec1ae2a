import Synchronization

@testable import GatewayCore

/// Instances that answer on virtual time as the schedule says. Everything happens on the thread that drains the time.
final class SimulatedTransport: Transport, @unchecked Sendable {
    // SAFETY: one thread runs a whole schedule.

    /// One time that an instance was asked.
    struct Sending {
        let request: String
        let instance: String
        let key: String
        let fault: Fault
        let at: MonotonicInstant
        /// When it failed before the answer began; nil for answers and for what was cancelled.
        var failedAt: MonotonicInstant?
        /// When it was known whether there is an answer, or nobody wanted to know any more.
        var settledAt: MonotonicInstant?
        /// When nothing of it was under way any more.
        var endedAt: MonotonicInstant?
    }

    let time: VirtualTime
    private let schedule: Schedule
    private(set) var sendings: [Sending] = []
    /// Told the number of each sending before anything else happens.
    var onSend: (Int) -> Void = { _ in }
    /// Told the number of a sending whose end is not noticed.
    var onEndlessReading: (Int) -> Void = { _ in }

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
        onSend(number)
        do {
            return try await answer(request, number, sendings[number])
        } catch {
            if error != .cancelled { noteFailure(number) }
            noteEnd(number)
            throw error
        }
    }

    private func answer(
        _ request: TransportRequest, _ number: Int, _ sending: Sending
    ) async throws(TransportError) -> TransportResponse {
        switch sending.fault {
        case .refused: throw .unreachable(detail: "refused")
        case .reset:
            try await wait(.milliseconds(20))
            throw .truncated(detail: "reset")
        case .noHead:
            try await wait(request.timeouts.firstByte)
            throw .timedOut(.firstByte)
        case .status(let status, let retryAfter):
            try await wait(.milliseconds(30))
            var headers: HTTPFields = [:]
            if let retryAfter { headers.append("retry-after", String(retryAfter)) }
            let body = SimulatedBody([Array("{}".utf8)], .none, number, request, self)
            return TransportResponse(status: status, headers: headers, body: body)
        case .none, .stall, .truncate, .malformed, .inBand:
            let latency = schedule.latency(of: sending.instance)
            try await wait(min(latency, request.timeouts.firstByte))
            guard latency < request.timeouts.firstByte else { throw .timedOut(.firstByte) }
            let pieces = SimulatedBody.pieces(number, isStreaming: request.isStreamed)
            let body = SimulatedBody(pieces, sending.fault, number, request, self)
            return TransportResponse(status: 200, headers: [:], body: body)
        }
    }

    /// The sending failed now, as far as the transport knows.
    func noteFailure(_ number: Int) {
        sendings[number].failedAt = time.now()
        noteSettled(number)
    }

    func noteSettled(_ number: Int) {
        if sendings[number].settledAt == nil { sendings[number].settledAt = time.now() }
    }

    func noteEnd(_ number: Int) {
        guard sendings[number].endedAt == nil else { return }
        sendings[number].endedAt = time.now()
        // What kind of failure it is, its body says.
        if case .status = sendings[number].fault { noteFailure(number) }
        noteSettled(number)
    }

    func wait(_ duration: Duration) async throws(TransportError) {
        await time.sleep(until: time.now() + duration)
        if Task.isCancelled { throw .cancelled }
    }
}

extension TransportRequest {
    var isStreamed: Bool { headers["x-stream"] != nil }
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
