@testable import GatewayCore

/// What must be true of one request of a simulation.
struct SightCheck {
    private let sight: Simulation.Sight
    private let simulation: Simulation
    private let sendings: [SimulatedTransport.Sending]
    private let record: RequestRecord?

    init(_ sight: Simulation.Sight, _ simulation: Simulation) {
        self.sight = sight
        self.simulation = simulation
        sendings = simulation.transport.sendings.filter { $0.request == sight.client.id }
        record = simulation.record(of: sight.client.id)
    }

    private var id: String { sight.client.id }
    private var providers: [ProviderConfiguration] { sight.configuration.providers }
    private var instances: [InstanceConfiguration] { providers.flatMap(\.instances) }
    private var failover: FailoverConfiguration { sight.configuration.failover }
    private var limits: LimitsConfiguration { sight.configuration.limits }

    func run() {
        guard let ended = sight.ended else { return simulation.violate("\(id) never ended") }
        checkRecord()
        checkAsked()
        checkEnds(ended)
        checkText()
        checkCache()
        checkHedge()
        if !sight.hasLeft { checkSuccess(ended) }
    }

    /// One record, which says what the client saw.
    private func checkRecord() {
        let count = simulation.log.count(of: id)
        guard count == 1, let record else { return simulation.violate("\(id) has \(count) records") }
        if record.attempts.map(\.instance) != sendings.map(\.instance) {
            simulation.violate("\(id): \(record.attempts.count) attempts recorded, \(sendings.count) made")
        }
        guard !sight.hasLeft else {
            if record.outcome == .failure { simulation.violate("\(id): the record says \(record.outcome)") }
            return
        }
        if record.status != sight.status { simulation.violate("\(id): the record has another status") }
        if (record.outcome == .success) != (sight.status == 200 && !sight.told.hasError) {
            simulation.violate("\(id): the record says \(record.outcome)")
        }
        // An answer of one attempt or of the cache needs no word of it, and one to be continued is told of its beginning.
        let told = sight.attempts.flatMap { Int($0) } ?? (sight.status == 200 && !isHit ? 1 : 0)
        let mayGoOn = failover.continuesStreams && sight.client.isStreaming && sight.status == 200
        if told != sendings.count, !mayGoOn || told > sendings.count {
            simulation.violate("\(id) is told of \(told) attempts of \(sendings.count)")
        }
    }

    /// Nobody twice while somebody else is there, nobody who is not configured, no more than allowed.
    private func checkAsked() {
        if sendings.count > failover.maxAttempts { simulation.violate("\(id) made \(sendings.count) attempts") }
        // A fallback that has refused the request itself is of no use to it: who is then alone may be asked again.
        var useful = providers
        var asked: Set<String> = []
        var broken: Set<String> = []
        for sending in sendings {
            guard let provider = providers.first(where: { $0.instances.contains { $0.name == sending.instance } })
            else {
                simulation.violate("\(id) asked \(sending.instance), which its configuration does not have")
                continue
            }
            let isNew = asked.insert(sending.instance + sending.key).inserted && !broken.contains(sending.instance)
            if !isNew, useful.flatMap(\.instances).count > 1 {
                simulation.violate("\(id) asked \(sending.instance) again while others are there")
            }
            if sending.fault.breaksInstance { broken.insert(sending.instance) }
            if sending.fault.isTheClientsFault { useful.removeAll { $0.key == provider.key } }
        }
    }

    /// Nothing goes on when the client has its answer or is gone, and nobody waits beyond the deadline.
    private func checkEnds(_ ended: MonotonicInstant) {
        let end = sight.leftAt ?? ended
        for sending in sendings where sending.endedAt.map({ $0 > end }) ?? true {
            simulation.violate("\(id) left \(sending.instance) at work")
        }
        guard !simulation.schedule.hasJumps, !sight.client.isStreaming || sight.status != 200 else { return }
        if ended > sight.began + failover.deadline + .milliseconds(1) {
            simulation.violate("\(id) took \(ended - sight.began), beyond its deadline")
        }
    }

    /// The words of one answer alone, in order, none twice; a failure never as a clean end.
    private func checkText() {
        guard sight.status == 200 else { return }
        let (words, told) = (sight.told.words, sight.told.words.map { "\($0.sending).\($0.place)" })
        // Answers one after the other, each from its beginning: more than one only where a stream was continued.
        var parts: [(sending: Int, count: Int)] = []
        for word in words {
            if parts.last?.sending != word.sending { parts.append((word.sending, 0)) }
            if word.place != parts[parts.count - 1].count { simulation.violate("\(id) was told \(told)") }
            parts[parts.count - 1].count += 1
        }
        let rests = record?.attempts.count { $0.followUp == .continued } ?? 0
        if parts.count > rests + 1 { simulation.violate("\(id) was told parts of several answers: \(told)") }
        guard !sight.hasLeft else { return }
        let isClean = sight.client.isStreaming ? sight.told.isDone : true
        if isClean, parts.last?.count != 3 { simulation.violate("\(id): a clean end after \(told)") }
        if !isClean, !sight.told.hasError { simulation.violate("\(id): no error in-band") }
    }

    private var isHit: Bool { sight.cacheStatus == "HIT" || sight.cacheStatus == "COALESCED" }

    /// What the cache gave is a whole, good answer to the same question, which nobody forbade to keep; it cost nothing.
    private func checkCache() {
        guard sight.status == 200, isHit else { return }
        if !sendings.isEmpty { simulation.violate("\(id) was sent and answered from the cache") }
        if sight.client.cacheControl != nil { simulation.violate("\(id) wanted no kept answer and got one") }
        if let record {
            if record.usage?.total != 0 || record.cost?.total != 0 {
                simulation.violate("\(id) paid for a kept answer")
            }
            if record.cacheState != .hit { simulation.violate("\(id): the record knows of no hit") }
        }
        guard let number = sight.told.words.first?.sending, simulation.transport.sendings.indices.contains(number)
        else {
            return simulation.violate("\(id) was given an answer that nobody gave")
        }
        let source = simulation.transport.sendings[number]
        let asker = simulation.schedule.client(source.request)
        if source.fault != .none || asker?.question != sight.client.question || asker?.cacheControl == "no-store" {
            simulation.violate("\(id) was given \(source)")
        }
    }

    /// One hedge at most, and what its loser cost is known.
    private func checkHedge() {
        guard let record else { return }
        let hedged = record.attempts.count { $0.followUp == .hedge }
        if hedged > 1 { simulation.violate("\(id) was hedged \(hedged) times") }
        guard hedged == 1, record.outcome == .success, record.attempts.count == sendings.count else { return }
        for (attempt, sending) in zip(record.attempts, sendings)
        where attempt.failureKind == nil && sending.fault == .none && attempt.usage == nil
            && attempt.instance != record.instance
        {
            simulation.violate("\(id): nobody knows what \(attempt.instance) cost")
        }
    }

    /// Where somebody could have answered, somebody was asked.
    private func checkSuccess(_ ended: MonotonicInstant) {
        guard let status = sight.status, status != 200 else { return checkContinuation(ended) }
        if sendings.contains(where: { $0.fault.isTheClientsFault }) { return }
        if sendings.count >= failover.maxAttempts { return }
        // The gateway's own limits refused it, as a whole or at a provider.
        if !limits.isEmpty, sendings.isEmpty || !limits.providers.isEmpty { return }
        let asked = Set(sendings.map(\.instance))
        let ready = sight.ready.filter { !asked.contains($0) }
        if !ready.isEmpty, ended < sight.began + failover.deadline {
            simulation.violate("\(id) got \(status) after \(sendings.count) attempts though \(ready) were not asked")
        }
        let sound = instances.map(\.name).filter(simulation.schedule.isSound)
        // An answer takes up to a second.
        if !sound.isEmpty, ended + .seconds(1.2) < sight.began + failover.deadline {
            simulation.violate("\(id) got \(status) after \(sendings.count) attempts though \(sound) are well")
        }
    }

    /// A stream that broke off in its text went on where somebody could have gone on with it.
    private func checkContinuation(_ ended: MonotonicInstant) {
        guard failover.continuesStreams, sight.told.hasError, !sight.told.words.isEmpty,
            sendings.count < failover.maxAttempts, limits.providers.isEmpty,
            ended < sight.began + failover.deadline, !sendings.contains(where: { $0.fault.isTheClientsFault })
        else { return }
        let asked = Set(sendings.map(\.instance))
        let ready = sight.ready.filter { !asked.contains($0) }
        if !ready.isEmpty { simulation.violate("\(id) broke off though \(ready) were not asked") }
    }
}
