/// What is known of an instance: whether it can be asked, with which of its keys, and how it did lately.
///
/// What breaks an instance counts for all of its keys; what concerns a key alone leaves the others in. Pure: `InstanceHealth`
/// puts it behind a lock and tells of the changes.
package struct InstanceState: Sendable {
    /// Whether it can be asked now.
    package enum Standing: Sendable, Equatable {
        case ready
        /// It can, but others should be asked first.
        case resting
        case out
    }

    /// The right to ask once, with one key.
    package struct Admission: Sendable, Equatable {
        package let key: Int
        fileprivate let permit: CircuitBreaker.Permit
        fileprivate let keyPermit: CircuitBreaker.Permit

        package var isProbe: Bool { permit.isProbe || keyPermit.isProbe }

        /// The same once an answer has begun: what becomes of the answer still counts.
        package var answered: Admission {
            Admission(key: key, permit: permit.settled, keyPermit: keyPermit.settled)
        }
    }

    /// Something worth an event. Without a key it concerns the whole instance.
    package struct Change: Sendable, Equatable {
        package var kind: FailoverEvent.Kind
        package var key: Int?
        package var openFor: Duration?
        /// Failures in a row, for `failure` and `circuitOpen`.
        package var failures: Int?
    }

    /// The latest failure that was the instance's or a key's own.
    package struct LastFailure: Sendable, Equatable {
        package var failure: ProviderFailure.Kind
        package var status: Int
        package var failureClass: FailureClass
        package var at: MonotonicInstant
    }

    struct Key: Sendable {
        var breaker: CircuitBreaker
        var rest = Rest()
        /// Models that the key may not use, and until when that is believed.
        var forbidden: [(model: String, until: MonotonicInstant)] = []
        var lastChoice = 0
        /// Whether a health check with it was refused while it was out.
        var wasRefused = false

        func forbids(_ model: String, at now: MonotonicInstant) -> Bool {
            !forbidden.isEmpty && forbidden.contains { $0.until > now && $0.model == model }
        }
    }

    package private(set) var breaker: CircuitBreaker
    private(set) var keys: [Key]
    package private(set) var inFlight = 0
    package private(set) var latency = PeakLatency()
    package private(set) var lastChoice = 0
    package private(set) var lastFailure: LastFailure?
    /// Failures since the last answer.
    package private(set) var failuresInARow = 0
    /// Whether a health check found no life while it was out.
    private var wasSilent = false
    private var rest = Rest()
    private var settings: FailoverConfiguration

    /// More keys than this of one instance are not told apart within a request.
    package static let maxKeys = 64
    /// A key that may not use more models than this is tried again with the ones forgotten.
    private static let maxForbidden = 32

    package init(keyCount: Int, settings: FailoverConfiguration) {
        self.settings = settings
        breaker = CircuitBreaker(settings.circuit)
        // One refusal of a key's credentials is enough; it never counts failures.
        keys = Array(repeating: Key(breaker: CircuitBreaker(settings.circuit)), count: max(keyCount, 1))
    }

    /// Other settings from now on; what is known stays.
    package mutating func apply(_ settings: FailoverConfiguration) {
        self.settings = settings
        breaker.settings = settings.circuit
        for index in keys.indices { keys[index].breaker.settings = settings.circuit }
    }

    // MARK: Asking

    /// - Parameter tried: the keys, by bits, that must not be used.
    package func standing(for model: String, excluding tried: UInt64, at now: MonotonicInstant) -> Standing {
        guard breaker.isAvailable(at: now) else { return .out }
        var standing = Standing.out
        for (index, key) in keys.enumerated() where tried & (1 << UInt64(index)) == 0 {
            guard key.breaker.isAvailable(at: now) else { continue }
            if rest.isOver(at: now), key.rest.isOver(at: now), !key.forbids(model, at: now) { return .ready }
            standing = .resting
        }
        return standing
    }

    /// Since when it can be asked for that model without a rest; nil when it cannot now. What is half open counts from its
    /// latest probe.
    package func readySince(for model: String, at now: MonotonicInstant) -> MonotonicInstant? {
        guard breaker.isAvailable(at: now), rest.isOver(at: now) else { return nil }
        let ready = keys.filter {
            $0.breaker.isAvailable(at: now) && $0.rest.isOver(at: now) && !$0.forbids(model, at: now)
        }
        guard let key = ready.map({ max($0.breaker.availableSince, $0.rest.until) }).min() else { return nil }
        return max(key, breaker.availableSince, rest.until)
    }

    /// Takes the right to ask, with the key that had its last turn longest ago; nil when nothing may be asked.
    ///
    /// - Parameters:
    ///   - least: the standing it must have, `ready` or `resting`.
    ///   - choice: the number of this choice, rising.
    package mutating func admit(
        for model: String, excluding tried: UInt64, least: Standing, at now: MonotonicInstant, choice: Int,
        changes: inout [Change]
    ) -> Admission? {
        guard breaker.isAvailable(at: now), least == .resting || rest.isOver(at: now),
            let (index, isResting) = bestKey(for: model, excluding: tried, at: now), least == .resting || !isResting
        else { return nil }
        let (permit, transition) = breaker.admit(at: now)
        let (keyPermit, keyTransition) = keys[index].breaker.admit(at: now)
        guard let permit, let keyPermit else { return nil }
        note(transition, of: nil, &changes)
        note(keyTransition, of: index, &changes)
        inFlight += 1
        lastChoice = choice
        keys[index].lastChoice = choice
        return Admission(key: index, permit: permit, keyPermit: keyPermit)
    }

    private func bestKey(
        for model: String, excluding tried: UInt64, at now: MonotonicInstant
    ) -> (index: Int, isResting: Bool)? {
        var best: (index: Int, isResting: Bool)?
        for (index, key) in keys.enumerated()
        where tried & (1 << UInt64(index)) == 0 && key.breaker.isAvailable(at: now) {
            let isResting = !key.rest.isOver(at: now) || key.forbids(model, at: now)
            if let known = best {
                let isFresher = isResting == known.isResting && key.lastChoice < keys[known.index].lastChoice
                guard known.isResting && !isResting || isFresher else { continue }
            }
            best = (index, isResting)
        }
        return best
    }

    // MARK: What became of it

    /// An answer has begun.
    package mutating func succeed(
        _ admission: Admission, latency: Duration?, at now: MonotonicInstant, changes: inout [Change]
    ) {
        if let latency { self.latency.observe(latency, at: now) }
        if failuresInARow > 0, !admission.isProbe, breaker.state == .closed { changes.append(Change(kind: .recovery)) }
        let transition = breaker.succeed(admission.permit)
        note(transition, of: nil, &changes)
        let keyTransition = keys[admission.key].breaker.succeed(admission.keyPermit)
        note(keyTransition, of: admission.key, &changes)
        rest.end(at: now)
        keys[admission.key].rest.end(at: now)
        failuresInARow = 0
    }

    /// The attempt failed. What is not the instance's fault is an answer like any other.
    ///
    /// - Parameter jitter: from -1 to 1.
    package mutating func fail(
        _ admission: Admission, _ failure: ProviderFailure, model: String, at now: MonotonicInstant, jitter: Double,
        changes: inout [Change]
    ) {
        let failureClass = FailureClass(failure)
        let key = admission.key
        let limit = settings.maxRest
        switch failureClass {
        case .broken:
            keys[key].breaker.abandon(admission.keyPermit)
            noteFailure(failure, failureClass, of: nil, at: now, &changes)
            let transition = breaker.fail(admission.permit, at: now, jitter: jitter)
            note(transition, of: nil, &changes)
        case .overloaded:
            abandon(admission)
            noteFailure(failure, failureClass, of: nil, at: now, &changes)
            rest.begin(for: failure.retryAfter, at: now, limit: limit, jitter: jitter)
        case .rateLimited:
            abandon(admission)
            noteFailure(failure, failureClass, of: key, at: now, &changes)
            keys[key].rest.begin(for: failure.retryAfter, at: now, limit: limit, jitter: jitter)
        case .credentials:
            breaker.abandon(admission.permit)
            noteFailure(failure, failureClass, of: key, at: now, &changes)
            let transition = keys[key].breaker.trip(admission.keyPermit, at: now, jitter: jitter)
            note(transition, of: key, &changes)
        case .forbidden:
            succeed(admission, latency: nil, at: now, changes: &changes)
            noteFailure(failure, failureClass, of: key, at: now, &changes)
            forbid(model, key: key, at: now)
        case .contextWindow, .contentFilter, .refused:
            succeed(admission, latency: nil, at: now, changes: &changes)
        case .stopped:
            abandon(admission)
        }
    }

    /// The attempt ended without telling anything: the client left, or the same request had failed here before.
    package mutating func abandon(_ admission: Admission) {
        breaker.abandon(admission.permit)
        keys[admission.key].breaker.abandon(admission.keyPermit)
    }

    /// Nothing of the attempt is under way any more.
    package mutating func leave() {
        inFlight = max(inFlight - 1, 0)
    }

    // MARK: Health checks

    /// Takes in what a health check found. Checks never bring an instance back by themselves, since a list of models is no
    /// answer to a request; but where they contradict what it was taken out for, the next request may try at once: it was
    /// silent or unreachable and is not any more, or the key was refused and is taken now.
    ///
    /// - Parameter jitter: from -1 to 1.
    package mutating func note(
        _ finding: HealthFinding, key: Int, at now: MonotonicInstant, jitter: Double, changes: inout [Change]
    ) {
        guard keys.indices.contains(key) else { return }
        switch finding {
        case .dead(let failure):
            wasSilent = true
            // What is out already stays out for as long as it was going to.
            guard breaker.state == .closed, let permit = breaker.admit(at: now).permit else { return }
            noteFailure(failure, FailureClass(failure), of: nil, at: now, &changes)
            let transition = breaker.fail(permit, at: now, jitter: jitter)
            note(transition, of: nil, &changes)
        case .alive: noteLife(at: now)
        case .refused:
            noteLife(at: now)
            keys[key].wasRefused = true
        case .accepted:
            noteLife(at: now)
            if keys[key].wasRefused { keys[key].breaker.hasten(at: now) }
            keys[key].wasRefused = false
        }
    }

    private mutating func noteLife(at now: MonotonicInstant) {
        let wasUnreachable = lastFailure?.failure == .unavailable && lastFailure?.failureClass == .broken
        if wasSilent || wasUnreachable { breaker.hasten(at: now) }
        wasSilent = false
    }

    // MARK: What other gateways found out

    package mutating func adoptOpening(
        for duration: Duration, openings: Int, at now: MonotonicInstant, changes: inout [Change]
    ) {
        note(breaker.open(for: duration, openings: openings, at: now), of: nil, &changes)
    }

    package mutating func adoptClosing(changes: inout [Change]) {
        note(breaker.adoptClosing(), of: nil, &changes)
    }

    package mutating func alignCircuit(until: MonotonicInstant, within tolerance: Duration) {
        breaker.align(until: until, within: tolerance)
    }

    package mutating func holdProbes(until: MonotonicInstant, leaveUntil: MonotonicInstant) {
        breaker.hold(until: until, leaveUntil: leaveUntil)
    }

    private mutating func forbid(_ model: String, key: Int, at now: MonotonicInstant) {
        let until = now + (settings.circuit.openDurations.first ?? .seconds(60))
        keys[key].forbidden.removeAll { $0.until <= now || $0.model == model }
        if keys[key].forbidden.count >= Self.maxForbidden { keys[key].forbidden.removeFirst() }
        keys[key].forbidden.append((model, until))
    }

    private mutating func noteFailure(
        _ failure: ProviderFailure, _ failureClass: FailureClass, of key: Int?, at now: MonotonicInstant,
        _ changes: inout [Change]
    ) {
        failuresInARow += 1
        lastFailure = LastFailure(
            failure: failure.kind, status: failure.status, failureClass: failureClass, at: now)
        changes.append(Change(kind: .failure, key: key, failures: failuresInARow))
    }

    private mutating func note(_ transition: CircuitBreaker.Transition?, of key: Int?, _ changes: inout [Change]) {
        switch transition {
        case nil: break
        case .opened(let duration):
            changes.append(Change(kind: .circuitOpen, key: key, openFor: duration, failures: failuresInARow))
        case .halfOpened: changes.append(Change(kind: .circuitHalfOpen, key: key))
        case .closed: changes.append(Change(kind: .circuitClosed, key: key))
        }
    }
}
