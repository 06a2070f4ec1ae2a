/// One instance asked once: the conversation with it up to the commit point, and what that tells of its health.
///
/// A class, so that the asynchronous functions around it need room for a reference only.
final class Attempt: @unchecked Sendable {
    // SAFETY: one task at a time uses it: the one that runs it, then the one that asked, then the one that reads the stream.
    //
    // Fields marked `unchecked` hold values that call nothing of the attempt's while they change; looking that up each time costs
    // more than the change.

    let candidate: AttemptPlan.Candidate
    let speech: ProviderSpeech
    let state: GatewayState
    let requestID: String
    let began: MonotonicInstant
    /// When the request is given up, whoever is being asked.
    let deadline: MonotonicInstant

    @exclusivity(unchecked) var composed: ComposedCall?
    /// Until the answer is handed over.
    @exclusivity(unchecked) var response: TransportResponse?
    /// With what the instance is asked.
    @exclusivity(unchecked) var access: ProviderAccess?
    /// What is taken down of the answer for the response cache.
    @exclusivity(unchecked) var recording: AnswerRecording?
    /// The whole reply.
    @exclusivity(unchecked) var answer: Exchange.Answer?
    @exclusivity(unchecked) var usage: TokenUsage?
    @exclusivity(unchecked) var pipe: (any StreamPipe)?
    /// What the client may be sent at once.
    @exclusivity(unchecked) var opening: [UInt8] = []
    /// Whether the instance was asked at all.
    @exclusivity(unchecked) var wasSent = false
    /// What it answered with, and how long after the beginning.
    @exclusivity(unchecked) var head: (status: Int, after: Duration)?
    /// How long the provider was waited for.
    @exclusivity(unchecked) var waited = Duration.zero
    /// What the journal calls it.
    let journalID: RequestJournal.AttemptID
    /// Nil when nothing is traced.
    let traceparent: String?
    /// Those that hold for the request.
    let prices: PriceBook
    /// Its share of the provider's limits.
    @exclusivity(unchecked) var reservation: Reservation?
    /// The limit of silence that the transport watches over.
    @exclusivity(unchecked) var idleTimeout = Duration.zero

    private enum Verdict {
        case pending, answered, over
    }

    private var verdict = Verdict.pending

    var instance: ProviderInstance { candidate.instance }
    var codec: any WireCodec { speech.codec }
    var services: GatewayServices { state.services }

    init(
        _ candidate: AttemptPlan.Candidate, for client: WireFormat?, in journal: RequestJournal,
        deadline: MonotonicInstant, _ state: GatewayState
    ) {
        self.candidate = candidate
        requestID = journal.record.id
        journalID = journal.beginAttempt(
            provider: candidate.instance.providerKey, instance: candidate.instance.name, model: candidate.route.model)
        traceparent = journal.traceparent(of: journalID)
        prices = journal.prices
        self.deadline = deadline
        self.state = state
        speech = candidate.instance.speech(for: candidate.route.model, client: client)
        began = state.now()
    }

    deinit {
        // Nobody came to an end with it: it must not count as under way, nor hold the one probe of a breaker, for ever.
        switch verdict {
        case .pending: abandon()
        case .answered: leave()
        case .over: break
        }
    }

    /// What trying this one after that one is called.
    func followUp(after previous: Attempt) -> AttemptRecord.FollowUp {
        if previous.instance === instance, previous.candidate.route == candidate.route { return .retry }
        return previous.candidate.route == candidate.route ? .failover : .fallback
    }

    /// Hands the pipe over: with two owners it would be copied with each piece of the stream.
    func takePipe() -> (any StreamPipe)? {
        defer { pipe = nil }
        return pipe
    }

    /// Hands over what the client may be sent at once.
    func takeOpening() -> [UInt8] {
        defer { opening = [] }
        return opening
    }

    // MARK: What it tells of the instance

    /// The answer has begun.
    func succeed(at now: MonotonicInstant) {
        guard verdict == .pending else { return }
        verdict = .answered
        instance.health.succeed(candidate.admission, latency: now - began, at: now, requestID: requestID)
    }

    /// The attempt failed before its answer began.
    func fail(_ failure: ProviderFailure, at now: MonotonicInstant) {
        guard verdict == .pending else { return }
        let isOfInstance = FailureClass(failure) == .broken
        // What the request's own deadline cut off might have been answered, and what failed before for this very request
        // has been counted.
        if isOfInstance && (candidate.isRepeated || now >= deadline) { return abandon() }
        verdict = .over
        instance.health.fail(
            candidate.admission, failure, model: candidate.route.model, at: now, requestID: requestID)
        instance.health.leave()
    }

    /// It tells nothing: nothing was sent, or the client left.
    func abandon() {
        guard verdict == .pending else { return }
        verdict = .over
        instance.health.abandon(candidate.admission)
        instance.health.leave()
    }

    /// The answer that had begun is over, well or not.
    func end(_ failure: ProviderFailure?) {
        guard verdict == .answered else { return }
        if let failure, FailureClass(failure) != .stopped {
            instance.health.fail(
                candidate.admission.answered, failure, model: candidate.route.model,
                at: state.now(), requestID: requestID)
        }
        leave()
    }

    private func leave() {
        verdict = .over
        instance.health.leave()
    }

    // MARK: Failures

    func failure(_ failure: ProviderFailure) -> ExchangeFailure {
        ExchangeFailure(failure, of: candidate)
    }

    func failure(_ error: TransportError) -> ExchangeFailure {
        failure(ProviderFailure(error, provider: instance.providerKey))
    }

    func malformed(_ detail: String) -> ExchangeFailure {
        failure(
            ProviderFailure(
                kind: .malformed, status: 502,
                message: "The provider \"\(instance.providerKey)\" answered what its format does not allow: \(detail)"))
    }
}
