/// Writes one request's record while the request runs, and hands it over when the request is over.
///
/// A class, so that the record is not copied from one step of the request to the next.
package final class RequestJournal: @unchecked Sendable {
    // SAFETY: used by one task at a time: the one that serves the request, then the one that reads its stream.
    //
    // Fields marked `unchecked` hold values that call nothing while they change; looking that up each time costs more than the
    // change.

    /// Names an attempt of this journal.
    package struct AttemptID: Sendable {
        fileprivate let place: Int
    }

    @exclusivity(unchecked) package var record: RequestRecord
    private let began: ContinuousClock.Instant
    private let log: any RequestLog
    /// What passed until the first byte for the client that is not the gateway's own time.
    @exclusivity(unchecked) private var waited: Duration = .zero
    let prices: PriceBook
    @exclusivity(unchecked) private var reservations: [Reservation] = []
    /// What the request is taken to cost until it is known; 0 where nothing limits it.
    var reservedTokens = 0
    /// The attempt whose answer the client gets, once there is one.
    private var answered: AttemptID?
    private var hasBegun = false

    /// - Parameters:
    ///   - began: when the request came, where that was before now.
    ///   - prices: those that hold for the request, whatever becomes of them while it runs.
    package init(
        id: String, startedAt: Double, clientFormat: WireFormat?, keyName: String?,
        began: ContinuousClock.Instant = .now, prices: PriceBook, log: any RequestLog
    ) {
        record = RequestRecord(id: id, startedAt: startedAt, clientFormat: clientFormat, keyName: keyName)
        self.prices = prices
        self.log = log
        self.began = began
    }

    /// What is asked is known. What is closed without it begins when it ends.
    package func begin(model: String, isStreaming: Bool) {
        record.model = CredentialMask.maskedName(model)
        record.isStreaming = isStreaming
        begin()
    }

    private func begin() {
        hasBegun = true
        if let path = record.endpoint, path.utf8.count > Self.longestPlainPath {
            record.endpoint = CredentialMask.maskedName(path)
        }
        if log.wantsBeginnings { log.began(record) }
    }

    /// The client can be sent something; the first time counts.
    package func noteOutput() {
        guard record.timeToFirstByte == nil else { return }
        let elapsed = ContinuousClock.now - began
        record.timeToFirstByte = elapsed
        record.overhead = max(.zero, elapsed - waited)
    }

    /// The client's request is here as a whole: what passed until now was the client's time.
    package func noteReceived() {
        waited = ContinuousClock.now - began
    }

    /// So long only others were waited for.
    package func noteWait(_ duration: Duration) {
        waited += duration
    }

    // MARK: Attempts

    /// An instance is asked; the record's provider, instance and model are its from now on.
    package func beginAttempt(provider: String, instance: String, model: String) -> AttemptID {
        record.provider = provider
        record.instance = instance
        record.providerModel = model
        let attempt = AttemptID(place: record.attempts.count)
        record.attempts.append(
            AttemptRecord(
                provider: provider, instance: instance, model: model, startedAfter: ContinuousClock.now - began))
        return attempt
    }

    /// What the provider that is asked is told of the trace; nil when nothing is traced.
    func traceparent(of attempt: AttemptID) -> String? {
        record.trace.map { $0.traceparent(from: $0.spanID(ofAttempt: attempt.place)) }
    }

    /// Nothing was sent to the instance after all. Only the latest attempt can be withdrawn.
    package func withdrawAttempt(_ attempt: AttemptID) {
        guard attempt.place == record.attempts.count - 1 else { return }
        record.attempts.removeLast()
    }

    /// The head of the provider's answer was there, so long after the attempt began.
    package func noteHead(of attempt: AttemptID, status: Int, after elapsed: Duration) {
        record.attempts[attempt.place].status = status
        record.attempts[attempt.place].timeToFirstByte = elapsed
    }

    /// The attempt gave no answer. The one that gives it needs no end of its own: `close` ends it.
    ///
    /// - Parameters:
    ///   - failure: nil when its answer was not needed any more.
    ///   - followUp: what is tried next; nil when nothing is, or when that was noted already.
    package func endAttempt(
        _ attempt: AttemptID, failure: ProviderFailure?, usage: TokenUsage? = nil,
        then followUp: AttemptRecord.FollowUp? = nil
    ) {
        record.attempts[attempt.place].end(at: ContinuousClock.now - began, failure, usage)
        if let followUp { record.attempts[attempt.place].followUp = followUp }
    }

    /// Its provider did not come to count all that is noted as its usage.
    func noteEstimate(of attempt: AttemptID) {
        record.attempts[attempt.place].isUsageEstimated = true
    }

    /// The attempt gives the answer; the record's provider, instance and model are its.
    package func noteAnswer(of attempt: AttemptID) {
        answered = attempt
        record.provider = record.attempts[attempt.place].provider
        record.instance = record.attempts[attempt.place].instance
        record.providerModel = record.attempts[attempt.place].model
    }

    /// What was tried after an attempt that has ended, or beside one that has not.
    package func noteFollowUp(of attempt: AttemptID, _ followUp: AttemptRecord.FollowUp) {
        record.attempts[attempt.place].followUp = followUp
    }

    // MARK: Limits

    /// Counts the request against limits until it is over.
    func hold(_ reservation: Reservation) {
        reservations.append(reservation)
    }

    /// What those limits have left; nil when the request is held against none.
    var limitStanding: LimitStanding? {
        guard let first = reservations.first else { return nil }
        return reservations.dropFirst().reduce(first.standing) { $0.tightened(by: $1.standing) }
    }

    /// Hands the record over. Must be called once.
    package func close(_ outcome: RequestRecord.Outcome, usage: TokenUsage?, failure: ProviderFailure?) {
        if !hasBegun { begin() }
        let elapsed = ContinuousClock.now - began
        if record.isUsageEstimated, let answered { noteEstimate(of: answered) }
        for place in record.attempts.indices { record.attempts[place].end(at: elapsed, failure, usage) }
        maskNames()
        record.outcome = outcome
        record.usage = usage
        record.failure = failure
        record.duration = elapsed
        // What no provider answered cost no tokens; an answer that nobody counted is taken for what was reserved.
        for reservation in reservations { reservation.settle(used: usage?.total ?? (answered == nil ? 0 : nil)) }
        reservations = []
        price()
        log.record(FinishedRecord(record))
    }

    /// The addresses without a name in them are shorter.
    private static let longestPlainPath = 24

    /// A client may have put a credential where the name of a model belongs.
    private func maskNames() {
        record.providerModel = record.providerModel.map(CredentialMask.maskedName)
        for place in record.attempts.indices where record.attempts[place].model != record.providerModel {
            record.attempts[place].model = CredentialMask.maskedName(record.attempts[place].model)
        }
    }

    /// The request's cost is that of the attempt that answered it; what other attempts cost stands with them.
    private func price() {
        if record.cacheState == .hit {
            record.cost = RequestCost(total: 0, source: "cache")
            if let model = record.providerModel, let provider = record.provider {
                record.savedCost = prices.cost(
                    of: record.savedUsage, model: model, at: provider, instant: record.startedAt)
            }
            return
        }
        for place in record.attempts.indices {
            guard
                record.attempts[place].usage != nil
                    || record.attempts[place].failureKind == nil && record.outcome == .success
            else { continue }
            record.attempts[place].cost = prices.cost(
                of: record.attempts[place].usage, model: record.attempts[place].model,
                at: record.attempts[place].provider, instant: record.startedAt)
        }
        if let place = answered?.place ?? record.attempts.indices.last { record.cost = record.attempts[place].cost }
    }
}

extension AttemptRecord {
    /// Only the first end counts.
    fileprivate mutating func end(at elapsed: Duration, _ failure: ProviderFailure?, _ usage: TokenUsage?) {
        guard isUnderWay else { return }
        isUnderWay = false
        duration = elapsed - startedAfter
        failureKind = failure?.kind
        failureMessage = failure?.message
        self.usage = usage
    }
}

extension ProviderFailure {
    /// How the record sums this failure up.
    package var outcome: RequestRecord.Outcome {
        kind.outcome
    }
}

extension ProviderFailure.Kind {
    package var outcome: RequestRecord.Outcome {
        switch self {
        case .timeout: .timeout
        case .invalidRequest, .contextWindowExceeded, .contentFiltered, .authentication, .permission, .billing,
            .notFound, .conflict, .requestTooLarge, .rateLimited:
            .refused
        case .overloaded, .unavailable, .server, .truncated, .malformed, .shuttingDown: .failure
        }
    }
}
