import GatewayCore
import Synchronization

/// The state that gateways share, on a Redis or Valkey server.
///
/// Every step is one script, which the server runs as a whole and by its own clock: neither the gateways' clocks nor their
/// number matter. Keys are in one hash slot.
final class RedisState: SharedState {
    private let client: RedisClient
    private let server: String
    private let keys: RedisKeys
    private let lease: Duration
    /// Unlike that of any other gateway, or of this one before it was restarted.
    private let gateway: String
    private let leases: RedisLeases
    private let fleet = Atomic(0)
    private let runner: LoopRunner?

    /// - Parameters:
    ///   - loop: carries the connection. It must run, and outlive this.
    ///   - runner: runs the loop; nil where its owner does.
    ///   - changed: told when the server goes away and when it is back.
    init(
        _ configuration: SharedConfiguration, tls: TLSClientContext?, loop: EventLoop, runner: LoopRunner?,
        changed: @escaping @Sendable (RedisChange) -> Void
    ) {
        self.runner = runner
        server = configuration.redis.description
        keys = RedisKeys(prefix: configuration.prefix)
        lease = configuration.lease
        var random = SystemRandomNumberGenerator()
        gateway = String(random.next() as UInt64, radix: 16)
        let setup = RedisSetup(
            url: configuration.redis, tls: tls, timeout: configuration.timeout,
            scripts: [.reserve, .settle, .renew, .circuits],
            signOfLife: RedisCommand(.signOfLife, keys: [keys.trial(of: gateway)], arguments: []))
        let leases = RedisLeases(lease: configuration.lease)
        self.leases = leases
        client = RedisClient(setup, loop: loop) { change in
            // The server may have lost what it held, or dropped what had not been renewed.
            if change.now.isConnected { leases.renewSoon() }
            changed(change)
        }
    }

    deinit { close() }

    /// Begins to connect, and to renew what requests hold; returns at once.
    func start() {
        leases.start(client)
        client.start()
    }

    /// What is held is given back by its lease; nothing is shared from now on.
    func close() {
        leases.stop()
        client.close()
    }

    var standing: SharedStanding {
        var standing = SharedStanding(.state, client, at: server)
        if standing.condition == .connected { standing.gateways = fleet.load(ordering: .relaxed) }
        return standing
    }

    // MARK: Limits

    func reserve(_ claim: LimitClaim) async -> LimitVerdict? {
        var arguments: [[UInt8]] = [Array(claim.id.utf8), [UInt8](claim.tokens), [UInt8](lease.milliseconds)]
        for count in claim.counts {
            let rule = count.rule
            arguments += [rule.requests ?? -1, rule.tokens ?? -1, rule.concurrent ?? -1, rule.window.milliseconds]
                .map { [UInt8]($0) }
        }
        let command = RedisCommand(.reserve, keys: keys.counts(of: claim), arguments: arguments)
        // Whatever is wrong with the server, its client tells; the gateway's own counts decide.
        guard let reply = try? await client.call(command), let verdict = LimitReply(reply, to: claim)?.verdict else {
            return nil
        }
        if case .granted = verdict {
            for count in claim.counts where count.rule.concurrent != nil {
                leases.add(claim.id, in: keys.places(of: count.scope))
            }
        }
        return verdict
    }

    func settle(_ claim: LimitClaim, used: Int) {
        for count in claim.counts where count.rule.concurrent != nil {
            leases.remove(claim.id, from: keys.places(of: count.scope))
        }
        var arguments: [[UInt8]] = [Array(claim.id.utf8), [UInt8](claim.tokens - min(max(used, 0), 1 << 40))]
        for count in claim.counts {
            arguments += [count.rule.tokens ?? -1, count.rule.window.milliseconds].map { [UInt8]($0) }
        }
        guard client.standing.isConnected else { return }
        client.send(RedisCommand(.settle, keys: keys.counts(of: claim), arguments: arguments))
    }

    // MARK: Circuits

    func exchange(_ report: CircuitReport) async -> CircuitNews? {
        let text = JSONValue.object(report.json).serialized()
        let command = RedisCommand(
            .circuits, keys: [keys.circuits, keys.gateways], arguments: [Array(gateway.utf8), text])
        guard let reply = try? await client.call(command), let news = CircuitNews(reply) else { return nil }
        fleet.store(news.gateways, ordering: .relaxed)
        return news
    }
}

extension SharedStanding {
    init(_ use: Use, _ client: RedisClient, at server: String) {
        let standing = client.standing
        let condition: Condition =
            switch standing {
            case .starting: .starting
            case .connected: .connected
            case .away: .away
            }
        self.init(
            use: use, server: server, condition: condition, problem: standing.problem, failures: client.failureCount)
    }
}

/// The names of everything the gateway keeps on the server.
struct RedisKeys: Sendable {
    /// In braces, so that a cluster would keep all of them together.
    private let prefix: String

    init(prefix: String) {
        self.prefix = "{\(prefix)}:"
    }

    var circuits: [UInt8] { Array("\(prefix)circuits".utf8) }
    var gateways: [UInt8] { Array("\(prefix)gateways".utf8) }

    func trial(of gateway: String) -> [UInt8] { Array("\(prefix)trial:\(gateway)".utf8) }

    /// For each count its bucket and its places.
    func counts(of claim: LimitClaim) -> [[UInt8]] {
        claim.counts.flatMap { [Array("\(prefix)limit:\(Self.name(of: $0.scope))".utf8), places(of: $0.scope)] }
    }

    func places(of scope: LimitScope) -> [UInt8] { Array("\(prefix)places:\(Self.name(of: scope))".utf8) }

    var answers: String { "\(prefix)answer:" }
    var answerIndex: [UInt8] { Array("\(prefix)answers".utf8) }
    var answerBytes: [UInt8] { Array("\(prefix)answers:bytes".utf8) }

    private static func name(of scope: LimitScope) -> String {
        switch scope {
        case .gateway: "all"
        case .key(let name): "key:\(name)"
        case .model(let name): "model:\(name)"
        case .provider(let name): "provider:\(name)"
        }
    }
}

extension Duration {
    /// Whole ones, at least 1; a year at most, which is far beyond any window.
    var milliseconds: Int { Int(min(max(inSeconds * 1000, 1), 31_536_000_000).rounded(.up)) }
}
