@testable import GatewayCore

/// Runs one schedule through a whole gateway and looks for broken promises.
final class Simulation: @unchecked Sendable {
    // SAFETY: one thread runs a whole schedule.

    /// What a client saw.
    struct Sight {
        var client: Schedule.Client
        var began: MonotonicInstant
        var ended: MonotonicInstant?
        var status: Int?
        var text = ""
        var left = false
        /// The configuration that the request began with.
        var configuration: GatewayConfiguration
    }

    let schedule: Schedule
    let time = VirtualTime()
    let transport: SimulatedTransport
    let log = RecordCollector()
    let gateway: Gateway
    private(set) var sights: [Sight] = []
    private(set) var violations: [String] = []
    private var circuits: [String: CircuitWatch] = [:]
    private var health: [ObjectIdentifier: InstanceHealth] = [:]

    private static let catalog = ProviderCatalog(
        ["main", "spare"].map { key in ProviderKind(key: key, make: { SimulatedProvider(instance: $0) }) })

    init(seed: UInt64) throws {
        schedule = Schedule(seed: seed)
        transport = SimulatedTransport(schedule, time: time)
        let events = SimulatedEvents()
        var services = GatewayServices(log: log, failoverEvents: events)
        services.monotonicClock = time
        services.random = RandomSource(seed: seed)
        gateway = try Gateway(
            configuration: schedule.configuration, providers: Self.catalog, transport: transport, services: services)
        noteHealth()
        events.owner = self
        transport.onSend = { [unowned self] in check($0) }
    }

    /// The promises that were broken; empty when all is well.
    func run() -> [String] {
        for client in schedule.clients { start(client) }
        for change in schedule.changes { start(change) }
        time.drain()
        checkEnd()
        return violations
    }

    private func start(_ client: Schedule.Client) {
        let task = Task(executorPreference: time) { [self] in
            await time.sleep(until: .start + client.begins)
            await ask(client)
        }
        guard let leaves = client.leaves else { return }
        Task(executorPreference: time) { [time] in
            await time.sleep(until: .start + leaves)
            task.cancel()
        }
    }

    private func start(_ change: Schedule.Change) {
        Task(executorPreference: time) { [self] in
            await time.sleep(until: .start + change.at)
            switch change.what {
            case .jump(let duration): time.advance(by: duration)
            case .reload(let configuration):
                do { try gateway.reload(configuration) } catch { violations.append("reload: \(error)") }
                noteHealth()
            }
        }
    }

    private func ask(_ client: Schedule.Client) async {
        let place = sights.count
        sights.append(Sight(client: client, began: time.now(), configuration: gateway.state.configuration))
        var headers: HTTPFields = ["x-request": client.id]
        if let session = client.session { headers.append("x-session-id", session) }
        let body = client.isStreaming ? #"{"model":"m","stream":true,"messages":[]}"# : #"{"model":"m","messages":[]}"#
        let reply = await gateway.answer(
            InboundCall(
                id: client.id, format: .openAI, body: Array(body.utf8), headers: headers,
                client: ClientIdentity(keyName: "k")))
        sights[place].status = reply.status
        switch reply.body {
        case .bytes(let bytes): sights[place].text = String(decoding: bytes, as: UTF8.self)
        case .stream(let stream):
            var bytes: [UInt8] = []
            while let more = await stream.next() { bytes += more }
            sights[place].text = String(decoding: bytes, as: UTF8.self)
        }
        sights[place].left = Task.isCancelled
        sights[place].ended = time.now()
    }

    private func noteHealth() {
        for instance in gateway.state.directory.allInstances {
            health[ObjectIdentifier(instance.health)] = instance.health
        }
    }

    func violate(_ text: String) { violations.append(text) }

    // MARK: While it runs

    /// An instance's circuit as its events tell it. A reload that makes it another instance begins anew.
    func note(_ event: FailoverEvent) {
        guard event.message?.hasPrefix("key ") != true else { return }
        switch event.kind {
        case .failure, .recovery: break
        case .circuitOpen: circuits[event.instance] = .open
        case .circuitHalfOpen: circuits[event.instance] = .halfOpen
        case .circuitClosed: circuits[event.instance] = nil
        }
    }

    private func check(_ sending: SimulatedTransport.Sending) {
        guard !schedule.changes.contains(where: { if case .reload = $0.what { true } else { false } }) else { return }
        if circuits[sending.instance] == .open, time.now() > .start {
            violate("\(sending.request) asked \(sending.instance), whose circuit is open")
        }
    }

    // MARK: When it is over

    private func checkEnd() {
        if sights.count != schedule.clients.count { violate("\(schedule.clients.count - sights.count) never began") }
        for sight in sights { SightCheck(sight, self).run() }
        checkCircuits()
        let busy = health.values.filter { $0.withState { $0.inFlight } != 0 }
        if !busy.isEmpty { violate("still under way at \(busy.map(\.instance))") }
        if gateway.shared.streams.count != 0 { violate("streams are left over") }
    }

    /// Independent of the breaker's own word: after three failures in a row, nothing for 48 seconds.
    private func checkCircuits() {
        let hasReload = schedule.changes.contains { if case .reload = $0.what { true } else { false } }
        guard !hasReload else { return }
        for name in Set(transport.sendings.map(\.instance)) {
            let sendings = transport.sendings.filter { $0.instance == name }
            var failures: [MonotonicInstant] = []
            var counted: Set<String> = []
            for sending in sendings {
                let times = failures.filter { $0 < sending.at }.sorted().suffix(3)
                if let first = times.first, let last = times.last, times.count == 3, last - first <= .seconds(60),
                    sending.at - last < .seconds(48)
                {
                    violate("\(sending.request) asked \(name) \(sending.at - last) after its third failure")
                }
                guard sending.fault.breaksInstance, let failedAt = sending.failedAt, isSurelyCounted(sending, failedAt),
                    counted.insert(sending.request).inserted
                else { continue }
                failures.append(failedAt)
            }
        }
    }

    /// Not what a client's leaving, a deadline or a hedge may have cut off, nor what came after the answer had begun.
    private func isSurelyCounted(_ sending: SimulatedTransport.Sending, _ at: MonotonicInstant) -> Bool {
        guard let sight = sights.first(where: { $0.client.id == sending.request }), !sight.left,
            schedule.configuration.routing.hedging.isEmpty,
            at < sight.began + schedule.configuration.failover.deadline
        else { return false }
        switch sending.fault {
        case .refused, .reset, .noHead, .status: return true
        case .none, .stall, .truncate, .malformed, .inBand: return false
        }
    }
}

private enum CircuitWatch {
    case open, halfOpen
}

/// Hands events to the simulation.
private final class SimulatedEvents: FailoverEventLog, @unchecked Sendable {
    // SAFETY: one thread runs a whole schedule.
    weak var owner: Simulation?
    func record(_ event: FailoverEvent) { owner?.note(event) }
}
