@testable import GatewayCore

/// What happens in one simulated minute or so, all of it told by a seed: instances, settings, faults, clients, reloads and
/// jumps of the clock.
struct Schedule {
    struct Client {
        var id: String
        var begins: Duration
        var leaves: Duration?
        /// Whether it is cut off wherever it is, or found gone when a piece of a stream is to be sent to it.
        var isCutOff = true
        var isStreaming: Bool
        var session: String?
        /// Those that ask the same may share an answer.
        var question: Int
        /// What it says of the response cache.
        var cacheControl: String?

        var body: String {
            (isStreaming ? #"{"model":"m","stream":true,"messages""# : #"{"model":"m","messages""#)
                + #":[{"role":"user","content":"q\#(question)"}]}"#
        }
    }

    struct Change {
        var at: Duration
        var what: Kind

        enum Kind {
            case reload(GatewayConfiguration)
            case jump(Duration)
        }
    }

    let seed: UInt64
    private(set) var configuration: GatewayConfiguration
    private(set) var clients: [Client] = []
    private(set) var changes: [Change] = []
    /// The share of faulty answers of each instance, in percent; 0 never fails.
    private var faultiness: [String: Int] = [:]
    private var latencies: [String: Duration] = [:]

    init(seed: UInt64) {
        self.seed = seed
        var random = SplitMix64(seed: seed)
        configuration = GatewayConfiguration()
        makeInstances(&random)
        makeSettings(&random)
        makeLimits(&random)
        makeClients(&random)
        makeChanges(&random)
    }

    func fault(of instance: String, sending: Int) -> Fault {
        guard let share = faultiness[instance], share > 0 else { return .none }
        var random = SplitMix64(seed: seed &+ UInt64(sending &* 7919 &+ 1))
        return random.below(100) < share ? Fault.random(&random) : .none
    }

    /// Whether no reload makes it another instance, about which nothing is known.
    func isSteady(_ instance: String) -> Bool {
        guard hasReloads else { return true }
        let known = configuration.instance(named: instance)
        return reloads.allSatisfy { $0.instance(named: instance)?.timeouts == known?.timeouts }
    }

    /// Whether no reload changes the limits, which would begin to count anew.
    var hasSteadyLimits: Bool { reloads.allSatisfy { $0.limits == configuration.limits } }

    var hasJumps: Bool { changes.contains { if case .jump = $0.what { true } else { false } } }

    private var reloads: [GatewayConfiguration] = []

    var hasReloads: Bool { !reloads.isEmpty }

    func client(_ id: String) -> Client? { clients.first { $0.id == id } }

    func latency(of instance: String) -> Duration { latencies[instance] ?? .zero }

    /// Whether the instance answers everything well.
    func isSound(_ instance: String) -> Bool { faultiness[instance] == 0 }

    // MARK: Making it

    private mutating func makeInstances(_ random: inout SplitMix64) {
        for (provider, most) in [("main", 4), ("spare", 2)] {
            let count = provider == "main" ? 1 + random.below(most) : random.below(most + 1)
            guard count > 0 else { continue }
            var instances: [InstanceConfiguration] = []
            for place in 0..<count {
                var instance = InstanceConfiguration(name: "\(provider)-\(place)", apiKey: Secret("k0"))
                instance.priority = 1 + random.below(2)
                instance.weight = 1 + random.below(100)
                if random.below(4) == 0 { instance.apiKeys = [Secret("k0"), Secret("k1")] }
                instance.timeouts.firstByte = .seconds(2)
                instance.timeouts.idle = .seconds(2)
                faultiness[instance.name] = [0, 0, 20, 60, 100][random.below(5)]
                latencies[instance.name] = .milliseconds(10 + random.below(900))
                instances.append(instance)
            }
            configuration.providers.append(ProviderConfiguration(key: provider, instances: instances))
        }
        configuration.routing.defaultProvider = "main"
        if configuration.providers.count > 1 { configuration.routing.fallbacks.general = ["spare"] }
    }

    private mutating func makeSettings(_ random: inout SplitMix64) {
        configuration.balancing.general = BalancingRule(
            policy: BalancingPolicy.allCases[random.below(BalancingPolicy.allCases.count)],
            stickiness: Stickiness.allCases[random.below(Stickiness.allCases.count)])
        configuration.failover.maxAttempts = 1 + random.below(7)
        configuration.failover.deadline = .seconds(3 + random.below(40))
        configuration.failover.maxWait = .seconds(random.below(4))
        if random.below(3) == 0 {
            configuration.failover.retryBudget.minPerSecond = Double(random.below(2))
            configuration.failover.retryBudget.percent = Double(random.below(3) * 20)
        }
        if random.below(4) == 0 {
            configuration.routing.hedging = ["*": .fixed(.milliseconds(200 + random.below(900)))]
        }
        configuration.failover.continuesStreams = random.below(3) == 0
        if random.below(3) == 0 {
            configuration.cache.isEnabled = true
            configuration.cache.coalesces = random.below(4) > 0
            configuration.cache.patience = .seconds(random.below(2) == 0 ? 30 : 2)
            configuration.cache.lifetime = .seconds(random.below(2) == 0 ? 3600 : 5)
        }
        configuration.balancing.sessionReturn = .seconds(random.below(3) * 10)
    }

    private mutating func makeLimits(_ random: inout SplitMix64) {
        configuration.apiKeys = [GatewayKey(name: "k", key: Secret("k"))]
        guard random.below(3) == 0 else { return }
        if random.below(3) == 0 { configuration.limits.maxInFlight = 1 + random.below(4) }
        if random.below(3) == 0 { configuration.limits.gateway = LimitRule(concurrent: 1 + random.below(3)) }
        if random.below(3) == 0 { configuration.limits.eachKey = LimitRule(requests: 1 + random.below(5)) }
        if random.below(3) == 0 { configuration.limits.providers["main"] = LimitRule(concurrent: 1 + random.below(2)) }
        // Never refilled within the schedule, so that what is left of it tells what was used.
        configuration.limits.models["m"] = LimitRule(tokens: Self.tokenLimit, window: .seconds(9_000_000_000))
    }

    static let tokenLimit = 100_000

    private mutating func makeClients(_ random: inout SplitMix64) {
        for number in 0..<(1 + random.below(5)) {
            // Some come close behind another.
            var begins = Duration.milliseconds(random.below(20_000))
            if let last = clients.last, random.below(3) == 0 { begins = last.begins + .milliseconds(random.below(300)) }
            clients.append(
                Client(
                    id: "r\(number)", begins: begins,
                    leaves: random.below(5) == 0 ? begins + .milliseconds(random.below(3000)) : nil,
                    isCutOff: random.below(2) == 0,
                    isStreaming: random.below(2) == 0, session: random.below(2) == 0 ? "s" : nil,
                    question: random.below(2),
                    cacheControl: random.below(4) == 0 ? ["no-cache", "no-store"][random.below(2)] : nil))
        }
    }

    private mutating func makeChanges(_ random: inout SplitMix64) {
        for _ in 0..<random.below(3) {
            let at = Duration.milliseconds(random.below(25_000))
            if random.below(2) == 0 {
                changes.append(Change(at: at, what: .jump(.seconds([1, 10, 70, 700, 7200][random.below(5)]))))
                continue
            }
            var next = configuration
            var instances = next.providers[0].instances
            switch random.below(4) {
            case 0: instances[0].weight = 1 + random.below(100)
            case 1: if instances.count > 1 { instances.removeLast() }
            case 2: next.limits.maxInFlight = 1 + random.below(4)
            default: instances[0].timeouts.idle = .seconds(1)
            }
            next.providers[0].instances = instances
            reloads.append(next)
            changes.append(Change(at: at, what: .reload(next)))
        }
    }
}

extension GatewayConfiguration {
    func instance(named name: String) -> InstanceConfiguration? {
        providers.flatMap(\.instances).first { $0.name == name }
    }
}
