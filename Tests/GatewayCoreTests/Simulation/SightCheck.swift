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
    private var instances: [InstanceConfiguration] { sight.configuration.providers.flatMap(\.instances) }
    private var failover: FailoverConfiguration { sight.configuration.failover }

    func run() {
        let records = simulation.log.records.filter { $0.id == id }
        if records.count != 1 { simulation.violate("\(id) has \(records.count) records") }
        guard let ended = sight.ended else { return simulation.violate("\(id) never ended") }
        checkAsked()
        checkText()
        if let record = records.first {
            if record.attempts.count != sendings.count {
                simulation.violate("\(id): \(record.attempts.count) attempts recorded, \(sendings.count) made")
            }
            if record.status != sight.status, !sight.left { simulation.violate("\(id): the record has another status") }
        }
        if !sight.left { checkSuccess(ended) }
    }

    /// Nobody twice while somebody else is there, nobody who is not configured, no more than allowed.
    private func checkAsked() {
        if sendings.count > failover.maxAttempts { simulation.violate("\(id) made \(sendings.count) attempts") }
        for sending in sendings where !instances.contains(where: { $0.name == sending.instance }) {
            simulation.violate("\(id) asked \(sending.instance), which its configuration does not have")
        }
        guard instances.count > 1 else { return }
        var asked: Set<String> = []
        var broken: Set<String> = []
        for sending in sendings {
            if !asked.insert(sending.instance + sending.key).inserted || broken.contains(sending.instance) {
                simulation.violate("\(id) asked \(sending.instance) again while others are there")
            }
            if sending.fault.breaksInstance { broken.insert(sending.instance) }
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
        let isClean = sight.client.isStreaming ? sight.text.contains("[DONE]") : true
        if isClean, !sight.left, words.count != 3 { simulation.violate("\(id): a clean end after \(words)") }
        if !isClean, !sight.left, !sight.text.contains("\"error\"") { simulation.violate("\(id): no error in-band") }
    }

    /// Where an instance is always well, the request has an answer.
    private func checkSuccess(_ ended: MonotonicInstant) {
        guard let status = sight.status, status != 200 else { return }
        if sendings.contains(where: { $0.fault.isTheClientsFault }) { return }
        if sendings.count >= failover.maxAttempts { return }
        let sound = instances.map(\.name).filter(simulation.schedule.isSound)
        guard !sound.isEmpty else { return }
        // An answer takes up to a second.
        if ended + .seconds(1.2) >= sight.began + failover.deadline { return }
        simulation.violate("\(id) got \(status) after \(sendings.count) attempts though \(sound) are well")
    }
}
