/// One request's dealings with the response cache.
struct CacheVisit {
    enum Finding {
        case hit(CachedReply)
        /// The answer is taken down where the request lets it be kept.
        case miss(AnswerRecorder?)
    }

    private let cache: AnswerCache
    private let directive: CacheDirective
    private let lifetime: Duration
    private let key: CacheKey
    private let call: InboundCall
    private let policy: ConversionPolicy
    private let state: GatewayState

    /// Headers that change what a provider answers, beside the body.
    private static let relevantHeaders = ["anthropic-beta", "anthropic-version", "openai-beta"]
    /// A request that waited in vain so often is sent.
    private static let maxRounds = 3

    /// Nil when nothing of the request may be read from the cache nor kept in it. Throws for options that mean nothing.
    init?(
        _ cache: AnswerCache, _ call: InboundCall, _ peek: RequestPeek, policy: ConversionPolicy, state: GatewayState
    ) throws(ExchangeFailure) {
        var directive = CacheDirective(cache.configuration.mode)
        let wish = try CacheWish(peek.gatewayOptions.cache)
        if let mode = wish.mode { directive = CacheDirective(mode) }
        directive.maxAge = wish.maxAge
        for field in call.headers.values(of: "cache-control") { directive.narrow(byCacheControl: field) }
        // A response that can be gone on from has an identifier of its own.
        guard directive.reads || directive.writes, call.format != .responses else { return nil }
        self.cache = cache
        self.directive = directive
        self.call = call
        self.policy = policy
        self.state = state
        lifetime = min(wish.lifetime ?? cache.configuration.lifetime, cache.configuration.lifetime)
        var variant = Self.relevantHeaders.compactMap { name in call.headers[name].map { "\(name): \($0)" } }
        // Other gateways may lead the name elsewhere.
        if cache.isShared, let route = state.router.route(peek.model) {
            variant.append("route: \(route.providerKey)/\(route.model)")
        }
        key = CacheKey(
            format: call.format, scope: cache.configuration.sharing == .key ? call.client.keyName : nil,
            provider: call.pinnedProvider ?? peek.gatewayOptions.provider?.name, model: peek.model,
            variant: variant.joined(separator: "\n"), body: peek.json)
    }

    /// What there is, waiting for an identical request under way. Throws 504 where the client wants nothing but a kept answer.
    ///
    /// - Parameter limit: the time that the whole request has; half of it is left to ask a provider.
    func look(_ services: GatewayServices, within limit: Duration) async throws(ExchangeFailure) -> Finding {
        let end = services.monotonicClock.now() + min(cache.configuration.patience, limit / 2)
        for _ in 0..<Self.maxRounds {
            if let reply = await kept(services) { return .hit(reply) }
            if directive.isOnlyIfCached { throw ExchangeFailure(.notCached) }
            guard directive.reads, directive.writes, cache.configuration.coalesces else { break }
            switch cache.flights.join(key) {
            case .leader(let leader):
                // The one before may have landed in between.
                if let reply = await kept(services) { return .hit(reply) }
                return .miss(AnswerRecorder(cache, key, lifetime: lifetime, leader: leader))
            case .follower(let flight):
                if let answer = await flight.answer(until: end, services.monotonicClock),
                    var reply = reply(answer, services)
                {
                    reply.isShared = true
                    return .hit(reply)
                }
            }
            if Task.isCancelled { throw ExchangeFailure(.cancelled) }
            guard services.monotonicClock.now() < end else { break }
        }
        return .miss(directive.writes ? AnswerRecorder(cache, key, lifetime: lifetime, leader: nil) : nil)
    }

    private func kept(_ services: GatewayServices) async -> CachedReply? {
        guard directive.reads, let answer = await cache.store.answer(to: key, at: services.clock.now()) else {
            return nil
        }
        return reply(answer, services)
    }

    /// Nil when it is too old for the client, lost what the client must not lose, or cannot be read any more.
    private func reply(_ answer: CachedAnswer, _ services: GatewayServices) -> CachedReply? {
        // Another gateway's clock may be ahead.
        let age = max(services.clock.now() - answer.storedAt, 0)
        if let maxAge = directive.maxAge, age > maxAge / .seconds(1) { return nil }
        if policy == .strict, answer.warnings != nil { return nil }
        let instances = state.directory.instances(of: answer.provider)
        guard let instance = instances.first(where: { $0.name == answer.instance }) else { return nil }
        return CachedReply(answer, age: age, speech: instance.speech(for: answer.model, client: call.format))
    }
}

/// What a request says of the cache in `x-gateway.cache`: a boolean, or an object of `mode`, `ttl` and `max_age`.
struct CacheWish: Equatable {
    var mode: CacheMode?
    var lifetime: Duration?
    var maxAge: Duration?

    /// Throws 400 for anything else.
    init(_ value: JSONValue?) throws(ExchangeFailure) {
        switch value {
        case nil: return
        case .bool(let isWanted): mode = isWanted ? .on : .off
        case .object(let object):
            for member in object {
                switch member.key {
                case "mode":
                    guard let mode = member.value.string.flatMap({ CacheMode(rawValue: $0) }) else {
                        let known = CacheMode.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                        throw Self.mistake("mode", "must be one of \(known)")
                    }
                    self.mode = mode
                case "ttl": lifetime = try Self.seconds("ttl", member.value)
                case "max_age": maxAge = try Self.seconds("max_age", member.value)
                default: throw Self.mistake(member.key, "is unknown; there are mode, ttl and max_age")
                }
            }
        default: throw Self.mistake(nil, "must be true, false or an object")
        }
    }

    private static func seconds(_ name: String, _ value: JSONValue) throws(ExchangeFailure) -> Duration {
        guard let seconds = value.number?.double, seconds > 0, seconds <= 1e9 else {
            throw mistake(name, "must be a number of seconds above 0")
        }
        return .seconds(seconds)
    }

    private static func mistake(_ name: String?, _ rule: String) -> ExchangeFailure {
        let parameter = "\(GatewayOptions.key).cache" + (name.map { "." + $0 } ?? "")
        return ExchangeFailure(.invalidRequest("\"\(parameter)\" \(rule).", parameter: parameter))
    }
}

extension ProviderFailure {
    /// RFC 9111 section 5.2.1.7.
    fileprivate static var notCached: ProviderFailure {
        ProviderFailure(
            kind: .unavailable, status: 504, message: "No answer to this request is cached, and no other is wanted.",
            code: "not_cached")
    }
}

extension Flight {
    /// The answer, or nil at that moment at the latest.
    fileprivate func answer(until end: MonotonicInstant, _ clock: any MonotonicClock) async -> CachedAnswer? {
        await withTaskGroup(of: CachedAnswer?.self) { group in
            group.addTask { await self.answer() }
            group.addTask {
                await clock.sleep(until: end)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
