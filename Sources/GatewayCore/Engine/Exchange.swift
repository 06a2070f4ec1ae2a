/// One request's walk: route, ask whom the plan says, and answer with the first that commits.
package final class Exchange: Sendable {
    let state: GatewayState
    let shared: SharedEngineState
    let journal: RequestJournal

    var services: GatewayServices { state.services }

    init(_ state: GatewayState, _ shared: SharedEngineState, journal: RequestJournal) {
        self.state = state
        self.shared = shared
        self.journal = journal
    }

    /// The largest whole reply that is taken from a provider.
    static let maxReplyBytes = 64 << 20
    /// The largest error body that is read; longer ones are cut.
    static let maxErrorBytes = 1 << 20
    /// The longest that the body of an error is waited for.
    static let errorPatience = Duration.seconds(5)
    /// The most that is held back of a stream until its answer has begun.
    static let maxOpeningBytes = 1 << 20

    /// What is asked, whoever asks.
    ///
    /// A class, since each step of the exchange is handed it.
    final class Question: @unchecked Sendable {
        // SAFETY: whoever asks fills it in before anybody is asked, or between two that are asked; nobody else has it then.

        let model: String
        let isStreaming: Bool
        let clientHeaders: HTTPFields
        /// Nil is a program that embeds the gateway.
        @exclusivity(unchecked) var clientFormat: WireFormat?
        /// The provider that the client chose, past all routing.
        let provider: ProviderChoice?
        /// The instance that keeps what the request goes on from: where it is among the candidates, no other is asked.
        @exclusivity(unchecked) var keeper: InstanceID?
        let policy: ConversionPolicy
        let operation: ProviderOperation
        /// What is sent while it arrives, in place of what `compose` makes.
        @exclusivity(unchecked) var upload: ClientUpload?
        /// The client's own limit for all of it, a stream's last byte included.
        let timeout: Duration?
        /// Where its time began before anybody is asked, as while it waited for another's answer.
        @exclusivity(unchecked) var startedAt: MonotonicInstant?
        @exclusivity(unchecked) var session = ClientSession()
        /// Takes the answer down for the response cache; nil when it is not to be kept.
        @exclusivity(unchecked) var recorder: AnswerRecorder?
        /// Whether the last event of a stream tells what it used and cost.
        @exclusivity(unchecked) var tellsUsage = false
        /// Makes ready what can be without a wait, as most is; nil where `compose` must be asked.
        @exclusivity(unchecked) var composeAtOnce: (@Sendable (CallComposer) throws(ExchangeFailure) -> ComposedCall?)?
        @exclusivity(unchecked) var compose: @Sendable (CallComposer) async throws(ExchangeFailure) -> ComposedCall
        /// Makes ready what another provider is asked when a stream breaks off after that text; nil where none may go on.
        @exclusivity(unchecked) var composeRest:
            (@Sendable (CallComposer, String) async throws(ExchangeFailure) -> ComposedCall)?
        /// The pipe a streamed answer takes; each attempt has its own.
        @exclusivity(unchecked) var pipe: @Sendable (ComposedCall, ProviderSpeech) -> any StreamPipe

        init(
            model: String, isStreaming: Bool, clientHeaders: HTTPFields, provider: ProviderChoice?,
            policy: ConversionPolicy, operation: ProviderOperation = .generate, timeout: Duration? = nil,
            compose: @escaping @Sendable (CallComposer) async throws(ExchangeFailure) -> ComposedCall,
            pipe: @escaping @Sendable (ComposedCall, ProviderSpeech) -> any StreamPipe
        ) {
            self.model = model
            self.isStreaming = isStreaming
            self.clientHeaders = clientHeaders
            self.provider = provider
            self.policy = policy
            self.operation = operation
            self.timeout = timeout
            self.compose = compose
            self.pipe = pipe
        }

        /// One like it, to be changed and asked in its place: what holds this one goes on with what it was.
        func copy() -> Question {
            let copy = Question(
                model: model, isStreaming: isStreaming, clientHeaders: clientHeaders, provider: provider,
                policy: policy,
                operation: operation, timeout: timeout, compose: compose, pipe: pipe)
            copy.clientFormat = clientFormat
            copy.keeper = keeper
            copy.upload = upload
            copy.startedAt = startedAt
            copy.session = session
            copy.recorder = recorder
            copy.tellsUsage = tellsUsage
            copy.composeAtOnce = composeAtOnce
            copy.composeRest = composeRest
            return copy
        }
    }

    /// A committed answer.
    enum Answer {
        /// A whole reply, as the provider wrote it.
        case relayed([UInt8], TransportResponse)
        /// Indirect, so that the frames of those who wait for an answer need no room for a reply.
        indirect case decoded(ChatReply)
        case stream(ReplyStream)
    }

    enum Move {
        case ask(Attempt)
        case wait(until: MonotonicInstant)
        case over(ExchangeFailure)
    }

    func ask(_ question: Question) async throws(ExchangeFailure) -> (Answer, AttemptOutline) {
        let plan = try makePlan(question)
        var previous: Attempt?
        while true {
            switch nextMove(plan, question.clientFormat) {
            case .ask(let attempt):
                if isLimited, let refusal = await enterProviderLimits(attempt) {
                    _ = note(refusal, of: attempt, plan)
                    continue
                }
                noteFollowUp(of: previous, attempt)
                if let hedgeDelay = hedgeDelay(question) {
                    let race = await race(attempt, question, plan, delay: hedgeDelay)
                    if let winner = race.winner { return try commit(winner, question, plan) }
                    previous = race.lastFailed ?? previous
                } else if let failure = await attempt.run(question) {
                    if note(failure, of: attempt, plan) { previous = attempt }
                    if question.upload?.hasBegun == true { throw failure }
                } else {
                    return try commit(attempt, question, plan)
                }
            case .wait(let instant): await wait(until: instant)
            case .over(let failure): throw failure
            }
        }
    }

    // MARK: Steps

    // They are kept out of `ask`: what they need on the stack would become part of its asynchronous frame, which is held while
    // a provider works.

    @inline(never)
    private func noteFollowUp(of previous: Attempt?, _ attempt: Attempt) {
        guard let previous else { return }
        journal.noteFollowUp(of: previous.journalID, attempt.followUp(after: previous))
    }

    /// What makes something at the provider must not be asked for twice.
    @inline(never)
    private func hedgeDelay(_ question: Question) -> Duration? {
        question.operation == .generate ? hedgeDelay(question.model) : nil
    }

    @inline(never)
    private func wait(until instant: MonotonicInstant) async {
        let asked = state.now()
        await services.monotonicClock.sleep(until: instant)
        journal.noteWait(state.now() - asked)
    }

    @inline(never)
    private func makePlan(_ question: Question) throws(ExchangeFailure) -> AttemptPlan {
        journal.record.sessionID = question.session.conversation.map(CredentialMask.maskedName)
        journal.begin(model: question.model, isStreaming: question.isStreaming)
        shared.retryBudget.noteRequest()
        let route = try route(question)
        journal.record.routeRule = route.rule.rawValue
        journal.record.routeName = route.name
        let request = AttemptPlan.Request(
            model: question.model, route: route, startedAt: question.startedAt ?? state.now())
        request.id = journal.record.id
        request.isPinned = question.provider != nil
        request.keeper = question.keeper
        request.session = question.session
        request.timeout = question.timeout
        return AttemptPlan(request, state: state, shared: shared)
    }

    /// The route of a question that the instance has answered.
    func route(_ question: Question, at instance: ProviderInstance) throws(ExchangeFailure) -> Route {
        var route = try route(question)
        if route.providerKey != instance.providerKey {
            route = state.router.route(question.model, to: instance.providerKey)
        }
        return journal.record.providerModel.map(route.naming) ?? route
    }

    func route(_ question: Question) throws(ExchangeFailure) -> Route {
        if let choice = question.provider {
            guard let key = state.directory.key(named: choice.name) else {
                throw ExchangeFailure(choice.unknown(among: state.directory.providerKeys))
            }
            return state.router.route(question.model, to: key)
        }
        guard let route = state.router.route(question.model) else {
            throw ExchangeFailure(.unknownModel(question.model))
        }
        return route
    }

    @inline(never)
    func nextMove(_ plan: AttemptPlan, _ client: WireFormat?) -> Move {
        if Task.isCancelled { return .over(plan.firstFailure ?? ExchangeFailure(.cancelled)) }
        let step = plan.next(at: state.now())
        switch consume step {
        case .ask(let candidate):
            return .ask(
                Attempt(candidate, for: client, in: journal, deadline: plan.deadline, state))
        case .wait(let instant): return .wait(until: instant)
        case .giveUp(let failure): return .over(failure)
        }
    }

    /// False when the instance was not asked at all.
    @inline(never)
    func note(_ failure: ExchangeFailure, of attempt: Attempt, _ plan: AttemptPlan) -> Bool {
        let now = state.now()
        // Its share of the provider's limits is free for the next one.
        attempt.reservation = nil
        guard attempt.wasSent else {
            attempt.abandon()
            journal.withdrawAttempt(attempt.journalID)
            plan.skip(attempt.candidate, failure)
            return false
        }
        if Task.isCancelled { attempt.abandon() } else { attempt.fail(failure.failure, at: now) }
        journal.noteWait(attempt.waited)
        noteHead(of: attempt)
        journal.endAttempt(attempt.journalID, failure: failure.failure)
        plan.note(failure, of: attempt.candidate, at: now)
        return true
    }

    func noteHead(of attempt: Attempt) {
        guard let head = attempt.head else { return }
        journal.noteHead(of: attempt.journalID, status: head.status, after: head.after)
    }

    @inline(never)
    private func commit(
        _ attempt: Attempt, _ question: Question, _ plan: AttemptPlan
    ) throws(ExchangeFailure) -> (Answer, AttemptOutline) {
        let now = state.now()
        attempt.succeed(at: now)
        plan.commit(attempt.candidate, at: now)
        journal.noteWait(attempt.waited)
        noteHead(of: attempt)
        noteLatency(now - attempt.began, of: question.model)
        journal.noteAnswer(of: attempt.journalID)
        if let reservation = attempt.reservation { journal.hold(reservation) }
        journal.record.isRelayed = attempt.composed?.way == .relay
        journal.record.notes = attempt.composed?.notes ?? []
        let continuation = question.composeRest == nil ? nil : StreamContinuation(self, question, plan)
        let outline = AttemptOutline(attempt, policy: question.policy, attempts: plan.attempts)
        guard let answer = answer(attempt, continuation) else { throw ExchangeFailure(.unexpectedAnswer) }
        return (answer, outline)
    }

    private func answer(_ attempt: Attempt, _ continuation: StreamContinuation?) -> Answer? {
        guard let response = attempt.response else { return nil }
        if let pipe = attempt.takePipe() {
            // The stream has its body, and the outline its headers.
            attempt.response = nil
            journal.record.status = 200
            return .stream(
                ReplyStream(
                    body: continuation == nil ? response.body : ReplaceableBody(response.body),
                    continuation: continuation, pipe: pipe, opening: attempt.takeOpening(), journal: journal,
                    attempt: attempt,
                    registry: shared.streams))
        }
        attempt.end(nil)
        attempt.keepAnswer(isStream: false)
        journal.record.usage = attempt.usage
        return attempt.answer
    }

    /// Closes the record of a request that got no answer, and says what the client is told.
    ///
    /// - Parameter format: of the client's errors; nil for that of its answers.
    func refuse(_ error: ExchangeFailure, in format: WireFormat? = nil) -> ProviderFailure {
        let failure = error.provider.map { error.failure.seenByClient(provider: $0) } ?? error.failure
        journal.record.provider = error.provider
        journal.record.instance = error.instance
        journal.record.providerModel = error.model
        journal.record.status = (format ?? journal.record.clientFormat)?.status(of: failure) ?? failure.status
        let outcome: RequestRecord.Outcome = Task.isCancelled ? .cancelled : error.failure.outcome
        journal.close(outcome, usage: nil, failure: error.failure)
        return failure
    }
}

/// What an answer's headers say of the attempt that gave it.
final class AttemptOutline: Sendable {
    let policy: ConversionPolicy
    /// How many attempts the answer took.
    let attempts: Int
    let instance: ProviderInstance
    /// How it was spoken to.
    let speech: ProviderSpeech
    let notes: [ConversionNote]
    /// The provider's own.
    let headers: HTTPFields
    /// What an encoder of replies repeats of the client's request.
    let repeated: JSONObject
    /// The provider's identifier of a streamed reply that is relayed.
    let replyID: String?

    init(_ attempt: Attempt, policy: ConversionPolicy, attempts: Int) {
        self.policy = policy
        self.attempts = attempts
        instance = attempt.instance
        speech = attempt.speech
        notes = attempt.composed?.notes ?? []
        headers = attempt.response?.headers ?? HTTPFields()
        repeated = attempt.composed?.repeated ?? JSONObject()
        replyID = attempt.pipe?.replyID
    }
}
