import Synchronization

/// The health of one instance, shared by all requests and all threads. It outlives a reload that leaves the instance as it
/// was, so what requests of the older configuration learn counts for the newer one.
package final class InstanceHealth: Sendable {
    package typealias Admission = InstanceState.Admission

    package let provider: String
    package let instance: String
    private let keyCount: Int
    private let services: GatewayServices
    private let state: Mutex<InstanceState>

    package init(
        provider: String, instance: String, keyCount: Int, settings: FailoverConfiguration,
        services: GatewayServices
    ) {
        self.provider = provider
        self.instance = instance
        self.keyCount = keyCount
        self.services = services
        state = Mutex(InstanceState(keyCount: keyCount, settings: settings))
    }

    package func apply(_ settings: FailoverConfiguration) {
        state.withLock { $0.apply(settings) }
    }

    // MARK: Choosing

    /// Whether it can be asked, and what a policy has to know of it.
    package func read(
        for model: String, excluding tried: UInt64, at now: MonotonicInstant
    ) -> (standing: InstanceState.Standing, inFlight: Int, latency: Double?, lastChoice: Int) {
        state.withLock { state in
            (
                state.standing(for: model, excluding: tried, at: now), state.inFlight, state.latency.seconds,
                state.lastChoice
            )
        }
    }

    /// Whether it has failed since its last answer.
    package var isSuspect: Bool { state.withLock { $0.failuresInARow > 0 } }

    package var lastChoice: Int { state.withLock { $0.lastChoice } }

    /// Takes the right to ask; nil when nothing may be asked now. It ends with `abandon`, or with `succeed` or `fail`, and
    /// in any case with `leave`.
    package func admit(_ search: InstancePool.Search, excluding tried: UInt64, choice: Int) -> Admission? {
        change(search.requestID, at: search.now) { state, changes in
            state.admit(
                for: search.model, excluding: tried, least: search.least, at: search.now, choice: choice,
                changes: &changes)
        }
    }

    // MARK: What became of it

    package func succeed(
        _ admission: Admission, latency: Duration?, at now: MonotonicInstant, requestID: String?
    ) {
        change(requestID, at: now) { state, changes in
            state.succeed(admission, latency: latency, at: now, changes: &changes)
        }
    }

    package func fail(
        _ admission: Admission, _ failure: ProviderFailure, model: String, at now: MonotonicInstant, requestID: String?
    ) {
        let jitter = services.random.jitter()
        change(requestID, at: now, failure) { state, changes in
            state.fail(admission, failure, model: model, at: now, jitter: jitter, changes: &changes)
        }
    }

    package func abandon(_ admission: Admission) {
        state.withLock { $0.abandon(admission) }
    }

    package func leave() {
        state.withLock { $0.leave() }
    }

    /// What a health check with that key found.
    package func note(_ finding: HealthFinding, key: Int, at now: MonotonicInstant) {
        let jitter = services.random.jitter()
        change(nil, at: now, finding.failure) { state, changes in
            state.note(finding, key: key, at: now, jitter: jitter, changes: &changes)
        }
    }

    // MARK: What other gateways found out

    package var breaker: CircuitBreaker { state.withLock { $0.breaker } }

    /// Another gateway has opened its circuit, so often in a row.
    package func adoptOpening(for duration: Duration, openings: Int, at now: MonotonicInstant) {
        change(nil, at: now, note: Self.otherGateway) { state, changes in
            state.adoptOpening(for: duration, openings: openings, at: now, changes: &changes)
        }
    }

    /// Another gateway has closed its circuit.
    package func adoptClosing(at now: MonotonicInstant) {
        change(nil, at: now, note: Self.otherGateway) { state, changes in state.adoptClosing(changes: &changes) }
    }

    /// While its circuit is open, it is so until that moment, unless it is so already within the tolerance.
    package func alignCircuit(until: MonotonicInstant, within tolerance: Duration) {
        state.withLock { $0.alignCircuit(until: until, within: tolerance) }
    }

    /// Lets no probe through until the first moment, but for those before the second.
    package func holdProbes(until: MonotonicInstant, leaveUntil: MonotonicInstant) {
        state.withLock { $0.holdProbes(until: until, leaveUntil: leaveUntil) }
    }

    private static let otherGateway = "another gateway has found it so"

    // MARK: Telling

    /// How it is, in a form that others may keep.
    package func status(at now: MonotonicInstant) -> InstanceStatus {
        state.withLock { InstanceStatus(provider: provider, instance: instance, $0, at: now) }
    }

    package func withState<Value: Sendable>(_ body: (borrowing InstanceState) -> Value) -> Value {
        state.withLock { body($0) }
    }

    private func change<Value: Sendable>(
        _ requestID: String?, at now: MonotonicInstant, _ failure: ProviderFailure? = nil, note: String? = nil,
        _ body: (inout InstanceState, inout [InstanceState.Change]) -> Value
    ) -> Value {
        let (value, changes) = state.withLock { state in
            var changes: [InstanceState.Change] = []
            let value = body(&state, &changes)
            return (value, changes)
        }
        if !changes.isEmpty { tell(changes, requestID, failure, note) }
        return value
    }

    private func tell(
        _ changes: [InstanceState.Change], _ requestID: String?, _ failure: ProviderFailure?, _ note: String?
    ) {
        let instant = services.clock.now()
        for change in changes {
            var event = FailoverEvent(change.kind, at: instant, provider: provider, instance: instance)
            event.requestID = requestID
            event.message = note
            event.failures = change.failures
            event.retryAt = change.openFor.map { instant + $0.inSeconds }
            switch change.kind {
            case .failure, .circuitOpen:
                event.failureKind = failure?.kind
                event.message = failure?.message ?? note
            case .circuitHalfOpen, .circuitClosed, .recovery: break
            }
            if keyCount > 1, let key = change.key {
                event.message = "key \(key + 1)" + (event.message.map { ": " + $0 } ?? "")
            }
            services.failoverEvents.record(event)
        }
    }
}
