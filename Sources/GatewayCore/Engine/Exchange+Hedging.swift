extension Exchange {
    /// How a race ended: with a winner, or with nobody left.
    struct Race {
        var winner: Attempt?
        /// The latest attempt that failed, when all did.
        var lastFailed: Attempt?
    }

    private enum RaceEvent: Sendable {
        case hedgeIsDue
        /// Nil is an answer that has begun.
        case ended(Attempt, ExchangeFailure?)
    }

    /// After which time a second instance is asked for that model; nil for never.
    func hedgeDelay(_ model: String) -> Duration? {
        switch hedging(of: model) {
        case nil: nil
        case .fixed(let delay): delay
        case .p95: shared.firstTokens.p95(of: model, at: state.now())
        }
    }

    func noteLatency(_ latency: Duration, of model: String) {
        guard hedging(of: model) == .p95 else { return }
        shared.firstTokens.observe(latency, of: model, at: state.now())
    }

    private func hedging(of model: String) -> HedgeDelay? {
        let hedging = state.configuration.routing.hedging
        return hedging.isEmpty ? nil : hedging[model] ?? hedging["*"]
    }

    /// Asks a second instance when the first has not begun to answer within the delay; the first answer to begin wins, and
    /// the other attempt is cancelled.
    @inline(never)
    func race(_ first: Attempt, _ question: Question, _ plan: AttemptPlan, delay: Duration) async -> Race {
        let clock = services.monotonicClock
        let due = first.began + delay
        return await withTaskGroup(of: RaceEvent.self) { group in
            group.addTask { .ended(first, await first.run(question)) }
            group.addTask {
                await clock.sleep(until: due)
                return .hedgeIsDue
            }
            var race = Race()
            var running = 1
            while let event = await group.next() {
                switch event {
                case .hedgeIsDue:
                    guard running == 1, race.winner == nil,
                        let second = await hedge(beside: first, for: question.clientFormat, plan)
                    else { continue }
                    running += 1
                    group.addTask { .ended(second, await second.run(question)) }
                case .ended(let attempt, let failure):
                    running -= 1
                    if race.winner != nil {
                        drop(attempt, failure, plan)
                    } else if let failure {
                        if note(failure, of: attempt, plan) { race.lastFailed = attempt }
                        if running == 0 { group.cancelAll() }
                    } else {
                        race.winner = attempt
                        group.cancelAll()
                    }
                }
            }
            return race
        }
    }

    private func hedge(beside first: Attempt, for client: WireFormat?, _ plan: AttemptPlan) async -> Attempt? {
        guard !Task.isCancelled,
            let candidate = plan.hedge(beside: first.candidate, at: state.now())
        else { return nil }
        let attempt = Attempt(
            candidate, for: client, in: journal, deadline: plan.deadline, state)
        guard await enterProviderLimits(attempt) == nil else {
            attempt.abandon()
            journal.withdrawAttempt(attempt.journalID)
            plan.withdraw(candidate)
            return nil
        }
        journal.noteFollowUp(of: first.journalID, .hedge)
        return attempt
    }

    /// The other was faster: this one's answer is not needed any more.
    ///
    /// - Parameter failure: nil when its answer had begun, too.
    private func drop(_ attempt: Attempt, _ failure: ExchangeFailure?, _ plan: AttemptPlan) {
        plan.drop(attempt.candidate)
        attempt.response?.body.cancel()
        attempt.abandon()
        noteHead(of: attempt)
        let fragment = attempt.usageOfUnwanted(after: failure?.failure)
        attempt.reservation?.settle(used: fragment.usage?.total ?? 0)
        if fragment.isEstimated { journal.noteEstimate(of: attempt.journalID) }
        journal.endAttempt(attempt.journalID, failure: nil, usage: fragment.usage)
    }
}
