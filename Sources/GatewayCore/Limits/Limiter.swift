import Synchronization

/// Holds requests against the configured limits: of the gateway, the client's key, the model and the provider.
///
/// Its state is as large as the configuration: what no rule names is counted nowhere. Safe to use from any task; every call
/// is short.
package final class Limiter: Sendable {
    private struct State {
        /// Requests under way.
        var inFlight = 0
        var meters: [LimitMeter]
    }

    private let configuration: LimitsConfiguration
    private let keys: [String]
    private let clock: any MonotonicClock
    private let shared: (any SharedState)?
    private let claimIDs = RequestIDSource()
    /// Where each scope's meter stands.
    private let places: [LimitScope: Int]
    /// The patterns among the models, longest first, without their star.
    private let modelPrefixes: [(prefix: String, name: String)]
    private let state: Mutex<State>

    /// - Parameters:
    ///   - keys: the names of the keys that clients may present.
    ///   - shared: where the counts of other gateways are; nil for a gateway on its own.
    package init(
        _ configuration: LimitsConfiguration, keys: [String], clock: any MonotonicClock,
        shared: (any SharedState)? = nil
    ) {
        self.shared = shared
        self.configuration = configuration
        self.keys = keys
        self.clock = clock
        let now = clock.now()
        var rules: [(LimitScope, LimitRule)] = []
        if let rule = configuration.gateway { rules.append((.gateway, rule)) }
        for key in keys {
            if let rule = configuration.keys[key] ?? configuration.eachKey { rules.append((.key(key), rule)) }
        }
        for (name, rule) in configuration.models { rules.append((.model(name), rule)) }
        for (name, rule) in configuration.providers { rules.append((.provider(name), rule)) }
        rules.removeAll { $0.1.isEmpty }
        places = Dictionary(rules.enumerated().map { ($1.0, $0) }, uniquingKeysWith: { first, _ in first })
        modelPrefixes = configuration.models.keys.filter { $0.hasSuffix("*") }
            .map { (String($0.dropLast()), $0) }.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
        state = Mutex(State(meters: rules.map { LimitMeter(scope: $0.0, rule: $0.1, at: now) }))
    }

    /// Whether there is nothing to hold a request against.
    package var isIdle: Bool { places.isEmpty && configuration.maxInFlight == nil }

    /// Itself when it already holds requests against those limits: its counts then go on. Else one that begins anew.
    package func applying(_ configuration: LimitsConfiguration, keys: [String]) -> Limiter {
        configuration == self.configuration && keys == self.keys
            ? self : Limiter(configuration, keys: keys, clock: clock, shared: shared)
    }

    /// Lets a request of that key for that model in, or says why not.
    ///
    /// - Parameter tokens: the most it may cost, prompt and answer together.
    package func admit(key: String?, model: String, tokens: Int) -> Result<Reservation, LimitRefusal> {
        let scopes = [LimitScope.gateway, key.map { .key($0) }, modelScope(model)]
        let places = scopes.compactMap { scope in scope.flatMap { self.places[$0] } }
        return reserve(places, tokens: tokens, countsInFlight: true)
    }

    /// Lets one attempt of a request through to that provider, or says why not.
    package func admit(provider: String, tokens: Int) -> Result<Reservation, LimitRefusal> {
        reserve(places[.provider(provider)].map { [$0] } ?? [], tokens: tokens, countsInFlight: false)
    }

    /// All or nothing, so that a refused request has used up no other limit.
    private func reserve(
        _ places: [Int], tokens: Int, countsInFlight: Bool
    ) -> Result<Reservation, LimitRefusal> {
        let now = clock.now()
        return state.withLock { state in
            if countsInFlight, let limit = configuration.maxInFlight, state.inFlight >= limit {
                return .failure(
                    LimitRefusal(scope: .gateway, unit: .overload, limit: limit, retryAfter: .seconds(1)))
            }
            var worst: LimitRefusal?
            for place in places {
                guard let refusal = state.meters[place].refusal(tokens: tokens, at: now) else { continue }
                if refusal.retryAfter > worst?.retryAfter ?? .zero { worst = refusal }
            }
            if var worst {
                worst.standing = Self.standing(of: places, in: state, at: now)
                return .failure(worst)
            }
            for place in places { state.meters[place].reserve(tokens: tokens, at: now) }
            if countsInFlight { state.inFlight += 1 }
            return .success(
                Reservation(self, places: places, tokens: tokens, countsInFlight: countsInFlight))
        }
    }

    /// Holds what was let in against the counts of all gateways too, where they are shared: why it may not pass after all,
    /// and nothing of it is counted then. Waits for the shared state for a short while at most; without it the gateway's own
    /// counts stand.
    package func confirm(_ reservation: Reservation) async -> LimitRefusal? {
        guard let shared, !reservation.places.isEmpty else { return nil }
        let counts = state.withLock { state in
            reservation.places.map { place in
                LimitClaim.Count(scope: state.meters[place].scope, rule: state.meters[place].rule)
            }
        }
        let claim = LimitClaim(id: claimIDs.next(), tokens: reservation.tokens, counts: counts)
        switch await shared.reserve(claim) {
        case nil: return nil
        case .granted(let standing)?:
            reservation.share(claim, standing)
            return nil
        case .refused(let refusal)?:
            reservation.withdraw()
            return refusal
        }
    }

    fileprivate func withdraw(_ reservation: Reservation) {
        let now = clock.now()
        state.withLock { state in
            for place in reservation.places {
                state.meters[place].withdraw(tokens: reservation.tokens, at: now)
            }
            if reservation.countsInFlight { state.inFlight -= 1 }
        }
    }

    fileprivate func settle(_ reservation: Reservation, used: Int) {
        if let claim = reservation.claim { shared?.settle(claim, used: used) }
        let now = clock.now()
        state.withLock { state in
            for place in reservation.places {
                state.meters[place].settle(reserved: reservation.tokens, used: used, at: now)
            }
            if reservation.countsInFlight { state.inFlight -= 1 }
        }
    }

    /// What the limits that a reservation counts against have left.
    fileprivate func standing(_ reservation: Reservation) -> LimitStanding {
        let now = clock.now()
        let own = state.withLock { state in
            Self.standing(of: reservation.places, in: state, at: now)
        }
        return reservation.sharedStanding.map { own.tightened(by: $0) } ?? own
    }

    private static func standing(of places: [Int], in state: State, at now: MonotonicInstant) -> LimitStanding {
        places.reduce(LimitStanding()) { $0.tightened(by: state.meters[$1].standing(at: now)) }
    }

    /// Requests under way that were let in and have not been settled.
    package var inFlight: Int { state.withLock { $0.inFlight } }

    /// Requests under way in a scope; 0 where no rule names it.
    package func inFlight(in scope: LimitScope) -> Int {
        guard let place = places[scope] else { return 0 }
        return state.withLock { $0.meters[place].inFlight }
    }

    private func modelScope(_ model: String) -> LimitScope {
        if places[.model(model)] != nil { return .model(model) }
        let pattern = modelPrefixes.first { model.utf8.starts(with: $0.prefix.utf8) }
        return .model(pattern?.name ?? model)
    }
}

/// A request's share of the limits, from the moment it is let in until it is settled.
///
/// Settling twice counts once, and a reservation that is let go of without is settled as if nothing had been used: no path
/// through the gateway can leak one.
package final class Reservation: Sendable {
    fileprivate let places: [Int]
    fileprivate let tokens: Int
    fileprivate let countsInFlight: Bool
    private let limiter: Limiter
    private let isSettled = Atomic(false)
    private let shared = Mutex<(claim: LimitClaim, standing: LimitStanding)?>(nil)

    fileprivate init(_ limiter: Limiter, places: [Int], tokens: Int, countsInFlight: Bool) {
        self.limiter = limiter
        self.places = places
        self.tokens = tokens
        self.countsInFlight = countsInFlight
    }

    deinit {
        // Nobody else can settle it any more: the flag needs no exchange.
        guard !isSettled.load(ordering: .relaxed) else { return }
        limiter.settle(self, used: 0)
    }

    /// - Parameter used: the tokens it cost; nil when that is not known, which leaves what was reserved used up.
    package func settle(used: Int?) {
        guard !isSettled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        limiter.settle(self, used: used ?? tokens)
    }

    package var standing: LimitStanding { limiter.standing(self) }

    // MARK: Among gateways

    fileprivate var claim: LimitClaim? { shared.withLock { $0?.claim } }
    fileprivate var sharedStanding: LimitStanding? { shared.withLock { $0?.standing } }

    fileprivate func share(_ claim: LimitClaim, _ standing: LimitStanding) {
        shared.withLock { $0 = (claim, standing) }
    }

    fileprivate func withdraw() {
        guard !isSettled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        limiter.withdraw(self)
    }
}
