/// Decides, attempt by attempt, who is asked for one request, when to wait and when to give up.
///
/// Pure logic over explicit time: what it knows of the world are the pools, whose instances tell their health, and what it
/// is told of the attempts it gave out. One task uses it, which is why the fields marked `unchecked` are not watched: nothing
/// that is called while they change comes back to the plan.
package final class AttemptPlan {
    /// What to do next.
    package enum Step {
        case ask(Candidate)
        /// Only the instance that failed could be asked, and it needs a moment.
        case wait(until: MonotonicInstant)
        case giveUp(ExchangeFailure)
    }

    /// An instance that may be asked once, and for what.
    package struct Candidate {
        package let route: Route
        /// The instance's own.
        let pool: InstancePool
        package let instance: ProviderInstance
        package let admission: InstanceHealth.Admission
        /// Whether the same request was answered badly by this very instance before, which then tells nothing new.
        package let isRepeated: Bool
        /// Whether a retry of the budget is spent on it.
        package let isCharged: Bool
    }

    /// What the plan is for. Filled in before the plan is made, and only read from then on.
    package final class Request {
        @exclusivity(unchecked) package var id: String?
        /// As the client named it.
        @exclusivity(unchecked) package var model: String
        @exclusivity(unchecked) package var route: Route
        /// The client chose the provider itself: there is no other.
        @exclusivity(unchecked) package var isPinned = false
        /// The instance that keeps what the request goes on from: where it can be asked, no other is.
        @exclusivity(unchecked) package var keeper: InstanceID?
        @exclusivity(unchecked) package var session = ClientSession()
        /// The client's own limit.
        @exclusivity(unchecked) package var timeout: Duration?
        @exclusivity(unchecked) package var startedAt: MonotonicInstant

        package init(model: String, route: Route, startedAt: MonotonicInstant) {
            self.model = model
            self.route = route
            self.startedAt = startedAt
        }
    }

    private struct Target {
        var route: Route
        var pool: InstancePool
    }

    private let request: Request
    private let state: GatewayState
    private let budget: RetryBudget
    private let sessions: StickySessions
    @exclusivity(unchecked) private var targets: [Target] = []
    /// The chain for failures has been added.
    private var hasFallbacks = false
    /// The targets are those of a chain for requests that their own model cannot take.
    private var hasSwitched = false
    @exclusivity(unchecked) private var tried = TriedInstances()
    /// When the only instance there is may be asked again.
    private var waitsUntil: MonotonicInstant?
    private var isAskingAgain = false
    private var hasHedged = false
    /// Whether the session is on its way back from an instance that it yielded to.
    private var isReturning = false
    private var isOver = false
    /// Taken from the budget for the next candidate.
    private var retriesTaken = 0
    private var lossRefusal: ExchangeFailure?
    /// Those given out, less those that asked nobody.
    package private(set) var attempts = 0
    /// What the client is told when nobody answers.
    package private(set) var firstFailure: ExchangeFailure?
    package let deadline: MonotonicInstant

    private var settings: FailoverConfiguration { state.configuration.failover }

    package init(_ request: Request, state: GatewayState, shared: SharedEngineState) {
        self.request = request
        self.state = state
        budget = shared.retryBudget
        sessions = shared.sessions
        let limit = state.configuration.failover.deadline
        deadline = request.startedAt + min(request.timeout ?? limit, limit)
        append(request.route)
    }

    // MARK: Deciding

    /// What to do now, with nothing under way.
    package func next(at now: MonotonicInstant) -> Step {
        if isOver { return .giveUp(outcome(at: now)) }
        guard now < deadline, attempts < settings.maxAttempts else { return .giveUp(outcome(at: now)) }
        if let waitsUntil, now < waitsUntil { return .wait(until: waitsUntil) }
        waitsUntil = nil
        guard let candidate = choose(at: now) else { return .giveUp(outcome(at: now)) }
        return .ask(candidate)
    }

    /// A second instance to ask beside the one that lets the request wait; nil when there is none to spare.
    package func hedge(beside candidate: Candidate, at now: MonotonicInstant) -> Candidate? {
        guard !hasHedged, !isOver, now < deadline, attempts < settings.maxAttempts, let first = targets.first else {
            return nil
        }
        hasHedged = true
        var search = InstancePool.Search(model: first.route.model, now: now)
        prepare(&search, for: first)
        search.tried.note(candidate.instance, key: nil)
        search.mayAskSuspect = { false }
        guard let choice = first.pool.choose(search) else { return nil }
        guard takeRetry(at: now) else {
            choice.instance.health.abandon(choice.admission)
            choice.instance.health.leave()
            return nil
        }
        return self.candidate(choice, first)
    }

    private func choose(at now: MonotonicInstant) -> Candidate? {
        for least in [InstanceState.Standing.ready, .resting] {
            var place = 0
            while let target = target(at: place) {
                var search = InstancePool.Search(model: target.route.model, now: now)
                prepare(&search, for: target)
                search.least = least
                if attempts > 0 { search.mayAskSuspect = { [unowned self] in takeRetry(at: now) } }
                if let choice = target.pool.choose(search) { return candidate(choice, target) }
                place += 1
            }
        }
        keepRetries(0)
        return nil
    }

    private func takeRetry(at now: MonotonicInstant) -> Bool {
        guard budget.withdraw(at: now) else { return false }
        retriesTaken += 1
        return true
    }

    /// Gives back to the budget what was taken for instances that others got hold of first.
    private func keepRetries(_ count: Int) {
        budget.giveBack(max(retriesTaken - count, 0))
        retriesTaken = 0
    }

    /// The chain of fallbacks is looked up when everything before it is of no use.
    private func target(at place: Int) -> Target? {
        if place >= targets.count, !hasFallbacks {
            hasFallbacks = true
            if !request.isPinned {
                for route in state.router.fallbacks(for: request.model, after: request.route, cause: .failure) {
                    append(route)
                }
            }
        }
        return place < targets.count ? targets[place] : nil
    }

    private func append(_ route: Route) {
        guard let pool = state.directory.pool(of: route.providerKey) else { return }
        targets.append(Target(route: route, pool: pool))
    }

    private func prepare(_ search: inout InstancePool.Search, for target: Target) {
        search.requestID = request.id
        search.tried = tried
        if let keeper = request.keeper, keeper.provider == target.pool.providerKey,
            target.pool.instances.contains(where: { $0.name == keeper.name })
        {
            search.only = keeper.name
        }
        if let key = request.session.key(for: target.pool) {
            aim(&search, by: key, target.pool)
        }
    }

    private func aim(_ search: inout InstancePool.Search, by key: StickySessions.Key, _ pool: InstancePool) {
        let lifetime = state.configuration.balancing.sessionLifetime
        guard let bond = sessions.bond(of: key, at: search.now, lifetime: lifetime) else { return }
        switch pool.destination(of: bond, for: search.model, at: search.now) {
        case .current: search.preferred = bond.instance
        case .home(let home): (search.home, search.preferred, isReturning) = (home, bond.instance, true)
        case .anew: isReturning = true
        }
    }

    private func candidate(_ choice: InstancePool.Choice, _ target: Target) -> Candidate {
        attempts += 1
        let isCharged = retriesTaken > 0
        keepRetries(1)
        return Candidate(
            route: target.route, pool: target.pool, instance: choice.instance, admission: choice.admission,
            isRepeated: isAskingAgain, isCharged: isCharged)
    }

    // MARK: Being told

    /// The attempt failed.
    package func note(_ error: ExchangeFailure, of candidate: Candidate, at now: MonotonicInstant) {
        if firstFailure == nil { firstFailure = error }
        let failureClass = FailureClass(error.failure)
        tried.note(candidate.instance, key: failureClass.isOfKey ? candidate.admission.key : nil)
        switch failureClass {
        case .stopped: isOver = true
        case .contextWindow, .contentFilter: switchTargets(after: error, of: candidate, to: .init(failureClass))
        case .refused: leave(candidate.route, after: error)
        case .broken, .overloaded, .rateLimited, .credentials, .forbidden:
            if isAlone { askAgain(after: error, failureClass, at: now) }
        }
    }

    /// Nothing was sent: the candidate cannot take the request as it is, or cannot be asked. Another one may do.
    package func skip(_ candidate: Candidate, _ error: ExchangeFailure) {
        withdraw(candidate)
        tried.note(candidate.instance, key: nil)
        if error.isLossRefusal {
            lossRefusal = lossRefusal ?? error
            return
        }
        firstFailure = firstFailure ?? error
        if FailureClass(error.failure) == .refused { leave(candidate.route, after: error) }
    }

    /// Its answer is not needed any more: another one's began earlier. Should that break off, others are asked.
    package func drop(_ candidate: Candidate) {
        tried.note(candidate.instance, key: nil)
    }

    /// Nothing was sent: as if the candidate had not been given out, so that it may be asked later.
    package func withdraw(_ candidate: Candidate) {
        attempts -= 1
        if candidate.isCharged { budget.giveBack(1) }
    }

    /// An answer has begun: the session stays with whoever gave it.
    package func commit(_ candidate: Candidate, at now: MonotonicInstant) {
        guard let key = request.session.key(for: candidate.pool) else { return }
        let (window, random) = (state.configuration.balancing.sessionReturn, state.services.random)
        func patience() -> Duration { window * (0.5 + 0.5 * random.jitter()) }
        sessions.bind(key, to: candidate.instance.name, at: now, patience: patience())
        // Where it wanted to go failed it again.
        if isReturning, attempts > 1 { sessions.postponeReturn(of: key, at: now, patience: patience()) }
    }

    /// Others would refuse the request as well, but for other models in a chain of fallbacks.
    private func leave(_ route: Route, after error: ExchangeFailure) {
        guard route != request.route else {
            // The client's own model has spoken about the client's own request: that goes before earlier breakdowns.
            firstFailure = error
            isOver = true
            return
        }
        targets.removeAll { $0.route == route }
    }

    /// Another model may take what this one cannot, where the configuration names one.
    private func switchTargets(after error: ExchangeFailure, of candidate: Candidate, to cause: Router.FallbackCause) {
        guard !hasSwitched, !request.isPinned else { return leave(candidate.route, after: error) }
        let routes = state.router.fallbacks(for: request.model, after: candidate.route, cause: cause)
        guard !routes.isEmpty else { return leave(candidate.route, after: error) }
        hasSwitched = true
        hasFallbacks = true
        targets = []
        // None of them failed: each may have the other model.
        tried.forget()
        for route in routes { append(route) }
    }

    // MARK: The only instance

    /// Fallbacks that refused the request itself do not count: they would say the same again.
    private var isAlone: Bool {
        guard target(at: 1) == nil, let first = targets.first else { return false }
        return first.pool.instances.count == 1
    }

    /// It may do better in a moment, when the moment is short enough for a client to wait.
    private func askAgain(after error: ExchangeFailure, _ failureClass: FailureClass, at now: MonotonicInstant) {
        guard let instance = targets.first?.pool.instances.first else { return }
        let hasOtherKey = failureClass.isOfKey && tried.keys(of: instance).nonzeroBitCount < instance.keyCount
        guard !hasOtherKey else { return }
        guard failureClass.isWorthWaiting else {
            isOver = true
            return
        }
        let backoff = Backoff.delay(
            attempt: attempts - 1, base: settings.backoff, limit: settings.maxWait,
            jitter: state.services.random.jitter())
        let delay = error.failure.retryAfter ?? (failureClass == .rateLimited ? Rest.standard : backoff)
        guard delay <= settings.maxWait, now + delay < deadline else {
            isOver = true
            return
        }
        tried.forget()
        isAskingAgain = failureClass == .broken
        waitsUntil = now + delay
    }

    // MARK: Giving up

    private func outcome(at now: MonotonicInstant) -> ExchangeFailure {
        if let firstFailure { return firstFailure }
        if let lossRefusal { return lossRefusal }
        let provider = request.route.providerKey
        guard let pool = state.directory.pool(of: provider) else { return ExchangeFailure(.noInstance(of: provider)) }
        return pool.refusal(at: now)
    }
}
