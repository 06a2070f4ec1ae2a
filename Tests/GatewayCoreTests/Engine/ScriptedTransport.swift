import Synchronization

@testable import GatewayCore

/// A transport that answers from a script and remembers what it was asked.
final class ScriptedTransport: Transport {
    /// One answer.
    enum Step: Sendable {
        case reply(status: Int, headers: HTTPFields = [:], body: [String])
        /// Gives the pieces and then breaks.
        case broken(pieces: [String], error: TransportError)
        case failure(TransportError)
        /// Gives the pieces and then waits until it is cancelled.
        case stalled(pieces: [String])
        /// Answers well, or fails, after some time of `clock`.
        case slow(Duration, String)
        case slowFailure(Duration, TransportError)
    }

    private let steps: Mutex<[Step]>
    private let asked = Mutex<[TransportRequest]>([])
    private let clockSlot = Mutex<VirtualTime?>(nil)

    var clock: VirtualTime? {
        get { clockSlot.withLock { $0 } }
        set { clockSlot.withLock { $0 = newValue } }
    }

    let bodies = Mutex<[ScriptedBody]>([])

    convenience init(_ steps: Step...) {
        self.init(steps: steps)
    }

    init(steps: [Step]) {
        self.steps = Mutex(steps)
    }

    var requests: [TransportRequest] { asked.withLock { $0 } }

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        asked.withLock { $0.append(request) }
        let step = steps.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        switch step {
        case .reply(let status, let headers, let body):
            return response(status, headers, ScriptedBody(body, ending: nil))
        case .broken(let pieces, let error):
            return response(200, [:], ScriptedBody(pieces, ending: error))
        case .stalled(let pieces):
            return response(200, [:], ScriptedBody(pieces, ending: nil, stalls: true))
        case .failure(let error): throw error
        case .slow(let delay, let body):
            try await wait(delay)
            return response(200, [:], ScriptedBody([body], ending: nil))
        case .slowFailure(let delay, let error):
            try await wait(delay)
            throw error
        case nil: throw .unreachable(detail: "the script is over")
        }
    }

    private func wait(_ delay: Duration) async throws(TransportError) {
        if let clock { await clock.sleep(until: clock.now() + delay) }
        if Task.isCancelled { throw .cancelled }
    }

    private func response(_ status: Int, _ headers: HTTPFields, _ body: ScriptedBody) -> TransportResponse {
        bodies.withLock { $0.append(body) }
        return TransportResponse(status: status, headers: headers, body: body)
    }
}

final class ScriptedBody: TransportBody {
    private struct State {
        var pieces: ArraySlice<[UInt8]>
        var isCancelled = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>
    private let ending: TransportError?
    private let stalls: Bool

    init(_ pieces: [String], ending: TransportError?, stalls: Bool = false) {
        state = Mutex(State(pieces: pieces.map { Array($0.utf8) }[...]))
        self.ending = ending
        self.stalls = stalls
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func next() async throws(TransportError) -> [UInt8]? {
        let (piece, isCancelled) = state.withLock { ($0.isCancelled ? nil : $0.pieces.popFirst(), $0.isCancelled) }
        if let piece { return piece }
        if isCancelled { throw .cancelled }
        if stalls {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if !state.isCancelled { state.waiter = continuation }
                    return state.isCancelled
                }
                if isCancelled { continuation.resume() }
            }
            throw .cancelled
        }
        if let ending { throw ending }
        return nil
    }

    func cancel() {
        let waiter = state.withLock { state in
            state.isCancelled = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}

/// Keeps the records.
final class RecordCollector: RequestLog {
    private let all = Mutex<[RequestRecord]>([])

    var records: [RequestRecord] { all.withLock { $0 } }

    func record(_ finished: FinishedRecord) { all.withLock { $0.append(finished.record) } }
}

/// Keeps the events of the instances' health.
final class EventCollection: FailoverEventLog {
    private let all = Mutex<[FailoverEvent]>([])

    var events: [FailoverEvent] { all.withLock { $0 } }

    func record(_ event: FailoverEvent) { all.withLock { $0.append(event) } }
}

/// A provider of any format that sends bodies unchanged, with its key and the name of its instance in headers. OpenAI's
/// speaks Responses, too.
struct PlainProvider: ResourceProvider {
    var format: WireFormat
    var instance = InstanceConfiguration(name: "")
    /// Below the address of the provider.
    var folder = ""

    var variants: [ProviderVariant] {
        guard format == .openAI else { return [] }
        let responses = PlainProvider(format: .responses, instance: instance, folder: "openai.test/")
        return [ProviderVariant(nativeFor: responses)]
    }

    func request(for call: ProviderCall) -> TransportRequest {
        TransportRequest(
            url: folder.isEmpty
                ? "https://\(format.rawValue).test/\(call.model)" : "https://\(folder)\(format.rawValue)/\(call.model)",
            headers: ["x-instance": instance.name, "x-key": instance.apiKey?.revealed ?? ""], body: call.body)
    }

    func resourceRequest(_ resource: ResourceRequest, for call: ProviderCall) -> TransportRequest {
        TransportRequest(
            method: resource.method, url: "https://\(format.rawValue).test\(resource.path)",
            headers: ["x-instance": instance.name], body: call.body)
    }

    func modelListRequest(with access: ProviderAccess) -> TransportRequest? { nil }
    func models(in list: JSONValue) -> [ListedModel] { [] }
}

/// A gateway before scripted providers: `o-` models at OpenAI (two instances), `a-` at Anthropic, `g-` at Gemini.
struct GatewayBench {
    let gateway: Gateway
    let transport: ScriptedTransport
    let log = RecordCollector()
    let events = EventCollection()
    let clock = VirtualTime()

    init(_ transport: ScriptedTransport, adjust: (inout GatewayConfiguration) -> Void = { _ in }) throws {
        self.transport = transport
        var catalog = ProviderCatalog()
        for format in WireFormat.allCases {
            catalog = catalog.adding(
                ProviderKind(key: format.rawValue, make: { PlainProvider(format: format, instance: $0) }))
        }
        let providers = WireFormat.allCases.map { format in
            let names = format == .openAI ? ["openai-1", "openai-2"] : [format.rawValue]
            let instances = names.enumerated().map { place, name in
                var instance = InstanceConfiguration(name: name, apiKey: "sk-provider")
                instance.priority = place + 1
                return instance
            }
            return ProviderConfiguration(key: format.rawValue, instances: instances)
        }
        let rules = WireFormat.allCases.map {
            RoutingRule(prefix: "\($0.rawValue.first ?? "x")-", provider: $0.rawValue)
        }
        var configuration = GatewayConfiguration(routing: RoutingConfiguration(rules: rules), providers: providers)
        adjust(&configuration)
        var services = GatewayServices(log: log)
        services.monotonicClock = clock
        services.random = RandomSource(seed: 1)
        services.failoverEvents = events
        gateway = try Gateway(
            configuration: configuration, providers: catalog, transport: transport, services: services)
    }

    func answer(_ format: WireFormat, _ body: String, headers: HTTPFields = [:]) async -> OutboundReply {
        let call = InboundCall(id: "req-1", format: format, body: Array(body.utf8), headers: headers)
        return await clock.run { [gateway] in await gateway.answer(call) }
    }
}

extension OutboundReply {
    /// The whole body, streams read to their end.
    var text: String {
        get async {
            switch body {
            case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
            case .stream(let stream):
                var bytes: [UInt8] = []
                while let more = await stream.next() { bytes += more }
                return String(decoding: bytes, as: UTF8.self)
            }
        }
    }
}
