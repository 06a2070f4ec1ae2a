import Synchronization

/// Finds somebody to go on with a stream that broke off, where `[failover] continue_streams` allows it.
///
/// The client is told nothing: the request's record has the attempt that broke off with its failure, and says that another one
/// went on (`continued`).
final class StreamContinuation {
    private let exchange: Exchange
    private let question: Exchange.Question
    private let plan: AttemptPlan

    init(_ exchange: Exchange, _ question: Exchange.Question, _ plan: AttemptPlan) {
        self.exchange = exchange
        self.question = question
        self.plan = plan
    }

    /// An attempt whose answer has begun, with a pipe that fits it to what the client has; nil when nobody can go on.
    func goOn(
        after failure: ProviderFailure, of attempt: Attempt, _ translator: StreamTranslator
    ) async -> Attempt? {
        guard let splice = translator.splice, let composeRest = question.composeRest else { return nil }
        let rest = question.copy()
        // Half an answer is no answer to keep.
        rest.recorder = nil
        rest.composeAtOnce = nil
        rest.compose = { [text = splice.text] (composer) async throws(ExchangeFailure) in
            try await composeRest(composer, text)
        }
        let told = ToldStream(translator)
        rest.pipe = { _, speech in told.translator.resuming(speech) }
        let fragment = attempt.usageOfFragment(translator.usage, uncounted: translator.uncounted)
        attempt.end(failure)
        if fragment.isEstimated { exchange.journal.noteEstimate(of: attempt.journalID) }
        exchange.journal.endAttempt(attempt.journalID, failure: failure, usage: fragment.usage)
        plan.note(attempt.failure(failure), of: attempt.candidate, at: exchange.services.monotonicClock.now())
        guard let next = await exchange.ask(rest, plan) else {
            // Those that could not go on have not answered.
            exchange.journal.noteAnswer(of: attempt.journalID)
            return nil
        }
        exchange.journal.noteFollowUp(of: attempt.journalID, .continued)
        exchange.commitRest(next, plan)
        return next
    }
}

/// What the client has of a stream, to be gone on with.
private final class ToldStream: @unchecked Sendable {
    // SAFETY: it is only read, and copied, by the one task that serves the stream.
    let translator: StreamTranslator

    init(_ translator: StreamTranslator) {
        self.translator = translator
    }
}

extension Exchange {
    /// Asks one after the other; nil when nobody answers.
    fileprivate func ask(_ rest: Question, _ plan: AttemptPlan) async -> Attempt? {
        var previous: Attempt?
        while true {
            switch nextMove(plan, rest.clientFormat) {
            case .ask(let attempt):
                if let refusal = await enterProviderLimits(attempt) {
                    _ = note(refusal, of: attempt, plan)
                    continue
                }
                if let previous { journal.noteFollowUp(of: previous.journalID, attempt.followUp(after: previous)) }
                if let failure = await attempt.run(rest) {
                    if note(failure, of: attempt, plan) { previous = attempt }
                } else {
                    return attempt
                }
            case .wait(let instant): await services.monotonicClock.sleep(until: instant)
            case .over: return nil
            }
        }
    }

    /// The rest has begun: its attempt is the one that answers from here on.
    fileprivate func commitRest(_ attempt: Attempt, _ plan: AttemptPlan) {
        let now = services.monotonicClock.now()
        attempt.succeed(at: now)
        plan.commit(attempt.candidate, at: now)
        noteHead(of: attempt)
        journal.noteAnswer(of: attempt.journalID)
        if let reservation = attempt.reservation { journal.hold(reservation) }
    }
}

/// The body of a stream whose provider may be replaced while it is read.
final class ReplaceableBody: TransportBody {
    private struct State {
        var body: any TransportBody
        var isCancelled = false
    }

    private let state: Mutex<State>

    init(_ body: any TransportBody) {
        state = Mutex(State(body: body))
    }

    func next() async throws(TransportError) -> [UInt8]? {
        let body = state.withLock { $0.body }
        return try await body.next()
    }

    func nextUnwatched() async throws(TransportError) -> [UInt8]? {
        let body = state.withLock { $0.body }
        return try await body.nextUnwatched()
    }

    func cancel() {
        let body = state.withLock { state in
            state.isCancelled = true
            return state.body
        }
        body.cancel()
    }

    /// Ends the one before, and goes on with this one.
    func replace(with body: any TransportBody) {
        let (former, isCancelled) = state.withLock { state in
            defer { state.body = body }
            return (state.body, state.isCancelled)
        }
        former.cancel()
        if isCancelled { body.cancel() }
    }
}
