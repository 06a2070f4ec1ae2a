extension Exchange {
    /// Whether anything is held against limits.
    var isLimited: Bool { !shared.limiter.isIdle }

    /// Holds the request against the limits of the gateway, the key and the model; throws when one does not let it pass now.
    ///
    /// - Parameter tokens: the most that it may cost; asked for only where there are limits.
    @inline(never)
    func enterLimits(key: String?, model: String, tokens: () -> Int) async throws(ExchangeFailure) {
        let limiter = shared.limiter
        guard !limiter.isIdle else { return }
        journal.reservedTokens = tokens()
        switch limiter.admit(key: key, model: model, tokens: journal.reservedTokens) {
        case .success(let reservation):
            if let refusal = await limiter.confirm(reservation) { throw ExchangeFailure(refusal) }
            journal.hold(reservation)
        case .failure(let refusal): throw ExchangeFailure(refusal)
        }
    }

    /// Holds one attempt against its provider's limits; when they do not let it pass, another provider may take the request.
    @inline(never)
    func enterProviderLimits(_ attempt: Attempt) async -> ExchangeFailure? {
        let limiter = shared.limiter
        guard !limiter.isIdle else { return nil }
        switch limiter.admit(provider: attempt.instance.providerKey, tokens: journal.reservedTokens) {
        case .success(let reservation):
            if let refusal = await limiter.confirm(reservation) { return ExchangeFailure(refusal) }
            attempt.reservation = reservation
            return nil
        case .failure(let refusal): return ExchangeFailure(refusal)
        }
    }
}

/// What a request may cost before anyone has counted: four bytes of it are about a token, and the answer is as long as it may be.
enum LimitEstimate {
    /// Of an answer whose length the request leaves open.
    private static let openAnswer = 1000
    /// The names under which the formats have the answer's greatest length.
    private static let answerLimits = ["max_completion_tokens", "max_output_tokens", "max_tokens"]

    static func tokens(of peek: RequestPeek) -> Int {
        let json = peek.json
        var limit: Int?
        for name in answerLimits where limit == nil { limit = json[name].flatMap { json.tree(of: $0).int } }
        if limit == nil, let gemini = json["generationConfig"], let value = json["maxOutputTokens", in: gemini] {
            limit = json.tree(of: value).int
        }
        return json.bytes.count / 4 + answer(limit)
    }

    static func tokens(of request: ChatRequest) -> Int {
        let texts = request.messages.flatMap(\.parts).map { part in
            if case .text(let text) = part { text.text.utf8.count } else { 0 }
        }
        return texts.reduce(0, +) / 4 + answer(request.maxOutputTokens)
    }

    /// A length that no model reaches is bounded, so that sums stay sums.
    private static func answer(_ limit: Int?) -> Int { min(max(limit ?? openAnswer, 0), 1 << 32) }
}
