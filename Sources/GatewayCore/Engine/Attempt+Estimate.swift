extension Attempt {
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
}
