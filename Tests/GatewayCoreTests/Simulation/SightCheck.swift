@testable import GatewayCore

/// What must be true of one request of a simulation.
struct SightCheck {
    private let sight: Simulation.Sight
    private let simulation: Simulation
    private let sendings: [SimulatedTransport.Sending]

    init(_ sight: Simulation.Sight, _ simulation: Simulation) {
        self.sight = sight
        self.simulation = simulation
        sendings = simulation.transport.sendings.filter { $0.request == sight.client.id }
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
        if !sight.hasLeft { checkSuccess(ended) }
    }

    /// One record, which says what the client saw.
    private func checkRecord() {
        let records = simulation.log.records.filter { $0.id == id }
        guard records.count == 1 else { return simulation.violate("\(id) has \(records.count) records") }
        let record = records[0]
        if record.attempts.map(\.instance) != sendings.map(\.instance) {
            simulation.violate("\(id): \(record.attempts.count) attempts recorded, \(sendings.count) made")
        }
        guard !sight.hasLeft else {
            if record.outcome == .failure { simulation.violate("\(id): the record says \(record.outcome)") }
            return
        }
        if record.status != sight.status { simulation.violate("\(id): the record has another status") }
        if (record.outcome == .success) != (sight.status == 200 && !sight.text.contains("\"error\"")) {
            simulation.violate("\(id): the record says \(record.outcome)")
        }
        let told = sight.attempts.flatMap { Int($0) } ?? (sight.status == 200 ? 1 : 0)
        if told != sendings.count { simulation.violate("\(id) is told of \(told) attempts of \(sendings.count)") }
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
        let words = sight.text.split { "\" ".contains($0) }.filter {
            $0.contains(".") && $0.allSatisfy { $0.isNumber || $0 == "." }
        }
        let numbers = Set(words.map { $0.prefix { $0 != "." } })
        if numbers.count > 1 { simulation.violate("\(id) was told parts of several answers: \(words)") }
        let order = words.map { $0.drop { $0 != "." }.dropFirst() }
        if order != (0..<order.count).map({ Substring(String($0)) }) {
            simulation.violate("\(id) was told \(words)")
        }
        guard !sight.hasLeft else { return }
        let isClean = sight.client.isStreaming ? sight.text.contains("[DONE]") : true
        if isClean, words.count != 3 { simulation.violate("\(id): a clean end after \(words)") }
        if !isClean, !sight.text.contains("\"error\"") { simulation.violate("\(id): no error in-band") }
    }

    /// Where somebody could have answered, somebody was asked.
    private func checkSuccess(_ ended: MonotonicInstant) {
        guard let status = sight.status, status != 200 else { return }
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
}
