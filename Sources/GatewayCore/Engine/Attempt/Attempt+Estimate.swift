extension Attempt {
    /// The way of a streamed answer, with the event at its end that the client asked for.
    func makePipe(_ question: Exchange.Question, _ composed: ComposedCall) -> any StreamPipe {
        let pipe = question.pipe(composed, speech)
        guard question.tellsUsage, let format = question.clientFormat else { return pipe }
        let (prices, instant) = (prices, services.clock.now())
        let (model, provider) = (candidate.route.model, instance.providerKey)
        return UsageTellingPipe(pipe, format: format) { usage in
            [
                "usage": .object(usage?.told ?? [:]),
                "cost": .object(prices.cost(of: usage, model: model, at: provider, instant: instant).json),
            ]
        }
    }

    /// Larger requests are not read once more for an estimate.
    private static let maxEstimatedBytes = 256 << 10

    /// About how many tokens went to the provider, which did not come to count them; nil when nothing went.
    var estimatedInput: Int? {
        guard let body = composed?.body, !body.isEmpty else { return nil }
        guard body.count <= Self.maxEstimatedBytes,
            // What cannot be read was sent all the same: its length is then all that is known.
            let object = try? JSONValue(parsing: body).object,
            let request = try? codec.decodeRequest(object, model: candidate.route.model)
        else { return max(1, body.count / 4) }
        return TokenEstimator().tokens(in: request)
    }

    /// What was used of an answer that broke off: as far as the provider counted it, and an estimate of the rest.
    ///
    /// - Parameters:
    ///   - told: what the provider counted so far.
    ///   - uncounted: the output since; nil where nothing of the answer is understood, and nothing is estimated.
    func usageOfFragment(_ told: TokenUsage?, uncounted: OutputMeter?) -> (usage: TokenUsage?, isEstimated: Bool) {
        guard let uncounted else { return (told, false) }
        var usage = told ?? TokenUsage()
        let isInputKnown = usage.freshInput != nil || usage.cacheRead != nil || usage.cacheWrite != nil
        if isInputKnown && usage.output != nil && uncounted.tokens == 0 { return (told, false) }
        if !isInputKnown { usage.freshInput = estimatedInput }
        let (output, overflow) = (usage.output ?? 0).addingReportingOverflow(uncounted.tokens)
        usage.output = overflow ? .max : output
        return (usage, true)
    }

    /// What was used of an answer that nobody waits for any more: the provider has read the request, and charges for it and
    /// for what it had said.
    ///
    /// - Parameter failure: how it ended; nil when its answer had begun.
    func usageOfUnwanted(after failure: ProviderFailure?) -> (usage: TokenUsage?, isEstimated: Bool) {
        if let usage { return (usage, false) }
        // A refusal costs nothing, nor does a way that broke before anything was said.
        let isRefused = head.map { !(200..<300).contains($0.status) } ?? false
        let isCutOff = failure.map { FailureClass($0) == .stopped } ?? true
        guard wasSent, !isRefused, isCutOff || head != nil else { return (nil, false) }
        return usageOfFragment(pipe?.usage, uncounted: pipe?.uncounted ?? OutputMeter())
    }
}

extension TokenUsage {
    /// By the names of the request log's columns; what was not reported is left out.
    fileprivate var told: JSONObject {
        var object = JSONObject()
        let hasInput = freshInput != nil || cacheRead != nil || cacheWrite != nil
        for (name, count) in [
            ("input_tokens", hasInput ? totalInput : nil), ("cache_read_input_tokens", cacheRead),
            ("cache_creation_input_tokens", cacheWrite), ("output_tokens", output), ("reasoning_tokens", reasoning),
        ] {
            object.append(name, ifPresent: count.map { .number(JSONNumber($0)) })
        }
        return object
    }
}
