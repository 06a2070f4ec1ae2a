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
        /// What the client is told of the number of attempts.
        var attempts: String?
        /// What it is told of the response cache.
        var cacheStatus: String?
        var told = Transcript()
        /// When it left before the end.
        var leftAt: MonotonicInstant?
        /// The configuration that the request began with.
        var configuration: GatewayConfiguration
        /// Instances that could have been asked when the request was given up.
        var ready: [String] = []

        var hasLeft: Bool { leftAt != nil }
    }

    let schedule: Schedule
    let time = VirtualTime()
    let transport: SimulatedTransport
    let log = SimulatedLog()
    let gateway: Gateway
    private(set) var sights: [Sight] = []
    private(set) var violations: [String] = []
    private var circuits = CircuitWatch()
    private var health: [ObjectIdentifier: InstanceHealth] = [:]
    private(set) var limiters: [ObjectIdentifier: Limiter] = [:]
    /// When clients were cut off.
    private var departures: [String: MonotonicInstant] = [:]

    private static let catalog = ProviderCatalog(
        ["main", "spare"].map { key in ProviderKind(key: key, make: { SimulatedProvider(instance: $0) }) })

    init(seed: UInt64) throws {
        schedule = Schedule(seed: seed)
        transport = SimulatedTransport(schedule, time: time)
        let events = SimulatedEvents()
        var services = GatewayServices(log: log, failoverEvents: events)
        services.monotonicClock = time
        services.clock = SimulatedWallClock(time: time)
        services.random = RandomSource(seed: seed)
        gateway = try Gateway(
            configuration: schedule.configuration, providers: Self.catalog, transport: transport, services: services)
        noteState()
        events.owner = self
        transport.onSend = { [unowned self] in check(sending: $0) }
        transport.onEndlessReading = { [unowned self] in violate("the end of sending \($0) is read again and again") }
    }

    /// The promises that were broken; empty when all is well.
    func run() -> [String] {
        for client in schedule.clients { start(client) }
        for change in schedule.changes { start(change) }
        time.drain()
        checkEnd()
        return violations
    }

    func violate(_ text: String) { violations.append(text) }

    /// Nil before its end.
    func record(of request: String) -> RequestRecord? { log.record(of: request) }

    private func start(_ client: Schedule.Client) {
        let task = Task(executorPreference: time) { [self] in
            await time.sleep(until: .start + client.begins)
            await ask(client)
        }
        guard let leaves = client.leaves else { return }
        Task(executorPreference: time) { [self] in
            await time.sleep(until: .start + leaves)
            departures[client.id] = time.now()
            if client.isCutOff { task.cancel() }
        }
    }

    private func start(_ change: Schedule.Change) {
        Task(executorPreference: time) { [self] in
            await time.sleep(until: .start + change.at)
            switch change.what {
            case .jump(let duration): time.advance(by: duration)
            case .reload(let configuration):
                do { try gateway.reload(configuration) } catch { violate("reload: \(error)") }
                noteState()
            }
        }
    }

    private func ask(_ client: Schedule.Client) async {
        let place = sights.count
        let state = gateway.state
        sights.append(Sight(client: client, began: time.now(), configuration: state.configuration))
        var headers: HTTPFields = ["x-request": client.id]
        if let session = client.session { headers.append("x-session-id", session) }
        if let cacheControl = client.cacheControl { headers.append("cache-control", cacheControl) }
        let reply = await gateway.answer(
            InboundCall(
                id: client.id, format: .openAI, body: Array(client.body.utf8), headers: headers,
                client: ClientIdentity(keyName: "k")))
        sights[place].status = reply.status
        sights[place].attempts = reply.headers["x-gateway-attempts"]
        sights[place].cacheStatus = reply.headers["x-cache-status"]
        if reply.status != 200 { sights[place].ready = ready(in: state) }
        switch reply.body {
        case .bytes(let bytes): sights[place].told = Transcript(bytes)
        case .stream(let stream):
            var bytes: [UInt8] = []
            while let more = await stream.next() {
                bytes += more
                guard !client.isCutOff, departures[client.id] != nil else { continue }
                // What is over already was told to the end, to nobody.
                if log.count(of: client.id) == 0 { sights[place].leftAt = time.now() }
                stream.cancel()
            }
            sights[place].told = Transcript(bytes)
            if sights[place].told.hasError { sights[place].ready = ready(in: state) }
        }
        if Task.isCancelled { sights[place].leftAt = departures[client.id] }
        sights[place].ended = time.now()
    }

    /// Those that nothing speaks against, and whose asking takes nothing from the retry budget.
    private func ready(in state: GatewayState) -> [String] {
        state.directory.allInstances.filter {
            $0.health.read(for: "m", excluding: 0, at: time.now()).standing == .ready && !$0.health.isSuspect
        }.map(\.name)
    }

    private func noteState() {
        for instance in gateway.state.directory.allInstances {
            health[ObjectIdentifier(instance.health)] = instance.health
        }
        limiters[ObjectIdentifier(gateway.shared.limiter)] = gateway.shared.limiter
    }

    // MARK: While it runs

    func note(_ event: FailoverEvent) {
        circuits.note(event, sendings: transport.sendings.count)
    }

    private func check(sending number: Int) {
        let sending = transport.sendings[number]
        if schedule.isSteady(sending.instance), let violation = circuits.violation(in: transport.sendings) {
            violate(violation)
        }
        if schedule.hasSteadyLimits, let limit = schedule.configuration.limits.maxInFlight {
            let active = Set(transport.sendings.filter { $0.endedAt == nil }.map(\.request))
            if active.count > limit { violate("\(active.sorted()) are under way at once") }
        }
        checkBudget(number)
        let isFirst = transport.sendings[..<number].allSatisfy { $0.request != sending.request }
        guard isFirst, let sight = sights.first(where: { $0.client.id == sending.request }) else { return }
        for violation in [CacheWatch(self).violation(of: sight), SessionWatch(self).violation(of: sight, sending)] {
            if let violation { violate(violation) }
        }
    }

    /// With nothing to spend on retries, nobody who has failed is asked second.
    private func checkBudget(_ number: Int) {
        let budget = schedule.configuration.failover.retryBudget
        let (sending, earlier) = (transport.sendings[number], transport.sendings[..<number])
        guard budget.percent == 0, budget.minPerSecond == 0, schedule.isSteady(sending.instance),
            earlier.contains(where: { $0.request == sending.request }),
            let instance = gateway.state.directory.allInstances.first(where: { $0.name == sending.instance }),
            instance.health.isSuspect
        else { return }
        violate("\(sending.request) asked \(sending.instance) on a budget of nothing")
    }

    // MARK: When it is over

    private func checkEnd() {
        if sights.count != schedule.clients.count { violate("\(schedule.clients.count - sights.count) never began") }
        for sight in sights { SightCheck(sight, self).run() }
        for name in Set(transport.sendings.map(\.instance)).sorted() where schedule.isSteady(name) {
            checkCircuit(name)
        }
        let busy = health.values.filter { $0.withState { $0.inFlight } != 0 }
        if !busy.isEmpty { violate("still under way at \(busy.map(\.instance))") }
        if gateway.shared.streams.count != 0 { violate("streams are left over") }
        checkReservations()
    }

    /// Nothing is reserved for anybody, and what was used is what was answered.
    private func checkReservations() {
        for limiter in limiters.values {
            for scope in [.gateway, .key("k"), .model("m"), .provider("main")] as [LimitScope]
            where limiter.inFlight(in: scope) != 0 {
                violate("\(limiter.inFlight(in: scope)) are still counted in \(scope)")
            }
            if limiter.inFlight != 0 { violate("\(limiter.inFlight) are still counted") }
        }
        guard schedule.hasSteadyLimits, schedule.configuration.limits.models["m"] != nil else { return }
        let used = sights.filter { $0.status == 200 }.map { sight in
            // A stream tells no usage here, which leaves what was reserved used up; one that broke off is estimated.
            record(of: sight.client.id)?.usage?.total ?? sight.client.body.utf8.count / 4 + 1000
        }.reduce(0, +)
        guard case .success(let reservation) = gateway.shared.limiter.admit(key: nil, model: "m", tokens: 0) else {
            // Its own requests are spent: the tokens cannot be read.
            return
        }
        let left = reservation.standing.tokens?.remaining
        if left != Schedule.tokenLimit - used { violate("\(left ?? -1) tokens are left after \(used) used") }
    }

    /// Independent of the breaker's own word: after three failures in a row, nothing for 48 seconds.
    private func checkCircuit(_ name: String) {
        var failures: [MonotonicInstant] = []
        var counted: Set<String> = []
        for sending in transport.sendings where sending.instance == name {
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

    /// Not what a client's leaving, a deadline or a hedge may have cut off, nor what came after the answer had begun.
    private func isSurelyCounted(_ sending: SimulatedTransport.Sending, _ at: MonotonicInstant) -> Bool {
        guard let sight = sights.first(where: { $0.client.id == sending.request }), !sight.hasLeft,
            schedule.configuration.routing.hedging.isEmpty,
            at < sight.began + schedule.configuration.failover.deadline
        else { return false }
        switch sending.fault {
        case .refused, .reset, .noHead, .status: return true
        case .none, .stall, .truncate, .malformed, .inBand: return false
        }
    }
}

/// The time of the simulation as the time of day.
private struct SimulatedWallClock: WallClock {
    let time: VirtualTime
    func now() -> Double { Double(time.now().nanoseconds) / 1e9 + 1_795_257_000 }
}

/// Keeps the records by their requests.
final class SimulatedLog: RequestLog, @unchecked Sendable {
    // SAFETY: one thread runs a whole schedule.
    private var records: [String: [RequestRecord]] = [:]

    func record(_ finished: FinishedRecord) { records[finished.record.id, default: []].append(finished.record) }
    func count(of request: String) -> Int { records[request]?.count ?? 0 }
    func record(of request: String) -> RequestRecord? { records[request]?.first }
}

/// Hands events to the simulation.
private final class SimulatedEvents: FailoverEventLog, @unchecked Sendable {
    // SAFETY: one thread runs a whole schedule.
    weak var owner: Simulation?
    func record(_ event: FailoverEvent) { owner?.note(event) }
}
