import GatewayCore
import Synchronization

/// Answers on a Redis or Valkey server, for all gateways that share it. A connection of its own: a large answer must not keep
/// limits waiting. While the server is away answers are kept in this process's memory, as without it.
///
/// The server has the digest of a request and never the request itself.
final class RedisCache: SharedCache {
    private let client: RedisClient
    private let server: String
    private let keys: RedisKeys
    private let maxBytes = Atomic(0)
    private let local: MemoryCache
    private let runner: LoopRunner?
    /// Of one answer; a longer one is not kept.
    private static let maxAnswerBytes = 32 << 20
    /// What is kept here while the server is away, at most.
    private static let maxLocalBytes = 64 << 20
    /// Commands of one clearing, 500 answers each.
    private static let maxClearings = 10_000

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
        local = MemoryCache(maxBytes: Self.maxLocalBytes)
        var random = SystemRandomNumberGenerator()
        let trial = keys.trial(of: String(random.next() as UInt64, radix: 16))
        let setup = RedisSetup(
            url: configuration.redis, tls: tls, timeout: configuration.timeout, scripts: [.keepAnswer, .clearAnswers],
            signOfLife: RedisCommand(.signOfLife, keys: [trial], arguments: []))
        client = RedisClient(setup, loop: loop, changed: changed)
    }

    deinit { close() }

    func close() { client.close() }

    var standing: SharedStanding { SharedStanding(.cache, client, at: server) }

    func use(maxBytes: Int) {
        self.maxBytes.store(maxBytes, ordering: .relaxed)
        client.start()
    }

    func answer(to key: CacheKey, at now: Double) async -> CachedAnswer? {
        guard let place = place(of: key) else { return nil }
        do throws(RedisError) {
            let reply = try await client.call(RedisCommand(Array("GET".utf8), place))
            return reply.bytes.flatMap { CachedAnswer(encoded: $0) }
        } catch {
            return await local.answer(to: key, at: now)
        }
    }

    func keep(_ answer: CachedAnswer, for key: CacheKey, lifetime: Duration) {
        let encoded = answer.encoded
        guard encoded.count <= Self.maxAnswerBytes, let place = place(of: key) else { return }
        guard client.standing.isConnected else { return local.keep(answer, for: key, lifetime: lifetime) }
        let command = RedisCommand(
            .keepAnswer, keys: [place, keys.answerIndex, keys.answerBytes],
            arguments: [encoded, [UInt8](lifetime.milliseconds), [UInt8](maxBytes.load(ordering: .relaxed))])
        client.send(command) { [local] result in
            if case .failure = result { local.keep(answer, for: key, lifetime: lifetime) }
        }
    }

    func clear() async -> Int? {
        let here = await local.clear() ?? 0
        var count = 0
        for _ in 0..<Self.maxClearings {
            let command = RedisCommand(.clearAnswers, keys: [keys.answerIndex, keys.answerBytes], arguments: [])
            guard let reply = try? await client.call(command).array, let taken = reply.first?.integer,
                let removed = reply.last?.integer
            else { return here + count }
            count += Int(min(max(removed, 0), 500))
            guard taken > 0 else { break }
        }
        return here + count
    }

    private func place(of key: CacheKey) -> [UInt8]? {
        SHA256Digest.hexadecimal(of: key.bytes).map { Array((keys.answers + $0).utf8) }
    }
}
