/// Takes out what fails, and lets it back one try at a time.
///
/// *Closed*: everything passes, failures are counted. *Open*: nothing passes until a moment. *Half-open*: one probe at a
/// time passes; enough successes in a row close it, one failure opens it again for longer.
///
/// Pure: time and chance come in as arguments. What it lets through is a `Permit`, to be given back exactly once; what
/// began before the latest opening says nothing about the time after it.
package struct CircuitBreaker: Sendable {
    package enum State: Sendable, Equatable {
        case closed
        case open(until: MonotonicInstant)
        case halfOpen
    }

    /// The right to ask once.
    package struct Permit: Sendable, Equatable {
        fileprivate let epoch: UInt32
        package let isProbe: Bool

        /// The same after it was given back: what is learnt later still counts, but holds no probe.
        package var settled: Permit { Permit(epoch: epoch, isProbe: false) }
    }

    /// What changed; nil where a call changes nothing that others would want to know.
    package enum Transition: Sendable, Equatable {
        case opened(for: Duration)
        case halfOpened
        case closed
    }

    private struct Failure {
        var at: MonotonicInstant
        /// How many successes there had been by then.
        var successes: Int
    }

    package private(set) var state = State.closed
    /// How often in a row it was opened without closing in between.
    package private(set) var openings = 0
    package var settings: CircuitConfiguration
    private var epoch: UInt32 = 0
    private var hasProbe = false
    private var probedAt = MonotonicInstant(nanoseconds: .min)
    /// Until `heldUntil` no probe is let through, since another gateway may have one under way, but for those before `leaveUntil`.
    private var heldUntil = MonotonicInstant(nanoseconds: .min)
    private var leaveUntil = MonotonicInstant(nanoseconds: .min)
    /// Successes in a row while half-open; all of them while closed.
    private var successes = 0
    /// The latest ones, at most as many as open it.
    private var failures: [Failure] = []

    package init(_ settings: CircuitConfiguration) {
        self.settings = settings
    }

    /// Whether `admit` would let something through.
    package func isAvailable(at now: MonotonicInstant) -> Bool {
        switch state {
        case .closed: true
        case .open(let until): now >= until && !isHeld(at: now)
        case .halfOpen: !hasProbe && !isHeld(at: now)
        }
    }

    /// When it lets the next probe through; nil while closed or half-open.
    package var opensAgainAt: MonotonicInstant? {
        guard case .open(let until) = state else { return nil }
        return leaveUntil > until ? until : max(until, heldUntil)
    }

    /// Since when it lets requests through, where it does: the end of its time, or its latest probe.
    package var availableSince: MonotonicInstant { max(opensAgainAt ?? probedAt, probedAt) }

    /// Whether a probe is under way.
    package var isProbed: Bool { hasProbe }

    private func isHeld(at now: MonotonicInstant) -> Bool { now < heldUntil && now >= leaveUntil }

    package func failureCount(at now: MonotonicInstant) -> Int {
        failures.count { now - $0.at <= settings.window }
    }

    /// Lets one request through, or not.
    package mutating func admit(at now: MonotonicInstant) -> (permit: Permit?, transition: Transition?) {
        switch state {
        case .closed: return (Permit(epoch: epoch, isProbe: false), nil)
        case .open(let until):
            guard now >= until, !isHeld(at: now) else { return (nil, nil) }
            return (takeProbe(at: now), .halfOpened)
        case .halfOpen:
            return hasProbe || isHeld(at: now) ? (nil, nil) : (takeProbe(at: now), nil)
        }
    }

    private mutating func takeProbe(at now: MonotonicInstant) -> Permit {
        probedAt = now
        if state != .halfOpen {
            state = .halfOpen
            successes = 0
        }
        hasProbe = true
        return Permit(epoch: epoch, isProbe: true)
    }

    /// The request was answered.
    package mutating func succeed(_ permit: Permit) -> Transition? {
        guard permit.epoch == epoch else { return nil }
        switch state {
        case .closed:
            successes &+= 1
            return nil
        case .open: return nil
        case .halfOpen:
            guard permit.isProbe else { return nil }
            hasProbe = false
            successes += 1
            guard successes >= settings.successes else { return nil }
            close()
            return .closed
        }
    }

    /// The request failed for a reason that lies with the instance.
    ///
    /// - Parameter jitter: from -1 to 1.
    package mutating func fail(_ permit: Permit, at now: MonotonicInstant, jitter: Double) -> Transition? {
        guard permit.epoch == epoch else { return nil }
        switch state {
        case .closed:
            note(Failure(at: now, successes: successes))
            return hasTooManyFailures(at: now) ? open(at: now, jitter: jitter) : nil
        case .open: return nil
        case .halfOpen: return permit.isProbe ? open(at: now, jitter: jitter) : nil
        }
    }

    /// The request ended without telling anything about the instance.
    package mutating func abandon(_ permit: Permit) {
        if permit.isProbe, permit.epoch == epoch { hasProbe = false }
    }

    /// One failure that is enough: credentials that are refused.
    package mutating func trip(_ permit: Permit, at now: MonotonicInstant, jitter: Double) -> Transition? {
        guard permit.epoch == epoch else { return nil }
        switch state {
        case .closed: return open(at: now, jitter: jitter)
        case .open: return nil
        case .halfOpen: return permit.isProbe ? open(at: now, jitter: jitter) : nil
        }
    }

    /// Lets the next probe through now, since there is a sign of life.
    package mutating func hasten(at now: MonotonicInstant) {
        if case .open(let until) = state, until > now { state = .open(until: now) }
    }

    private mutating func open(at now: MonotonicInstant, jitter: Double) -> Transition {
        let base =
            settings.openDurations.isEmpty
            ? .seconds(60) : settings.openDurations[min(openings, settings.openDurations.count - 1)]
        return open(for: Backoff.jittered(base, by: settings.jitter, jitter), openings: openings + 1, at: now)
    }

    // MARK: What other gateways found out

    /// Another gateway has opened it, so often in a row.
    package mutating func open(for duration: Duration, openings: Int, at now: MonotonicInstant) -> Transition {
        self.openings = openings
        epoch &+= 1
        hasProbe = false
        failures = []
        state = .open(until: now + duration)
        return .opened(for: duration)
    }

    /// Another gateway has closed it.
    package mutating func adoptClosing() -> Transition? {
        guard state != .closed else { return nil }
        close()
        return .closed
    }

    /// While open, is so until that moment, unless it is so already within the tolerance.
    package mutating func align(until: MonotonicInstant, within tolerance: Duration) {
        if case .open(let known) = state, known - until > tolerance || until - known > tolerance {
            state = .open(until: until)
        }
    }

    /// Lets no probe through until the first moment, but for those before the second.
    package mutating func hold(until: MonotonicInstant, leaveUntil: MonotonicInstant) {
        heldUntil = until
        self.leaveUntil = leaveUntil
    }

    private mutating func close() {
        state = .closed
        hold(until: MonotonicInstant(nanoseconds: .min), leaveUntil: MonotonicInstant(nanoseconds: .min))
        hasProbe = false
        epoch &+= 1
        openings = 0
        successes = 0
        failures = []
    }

    private mutating func note(_ failure: Failure) {
        while failures.count >= max(settings.failures, 1) { failures.removeFirst() }
        failures.append(failure)
    }

    private func hasTooManyFailures(at now: MonotonicInstant) -> Bool {
        guard failures.count >= settings.failures, let first = failures.first, now - first.at <= settings.window
        else { return false }
        let requests = Double(failures.count) + Double(successes &- first.successes)
        return Double(failures.count) * 100 >= settings.minFailurePercent * requests
    }
}
