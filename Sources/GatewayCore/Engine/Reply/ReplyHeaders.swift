/// The headers an answer carries besides those of HTTP itself.
enum ReplyHeaders {
    /// The loss ledger's own.
    static let warnings = "x-llm-gateway-warnings"

    /// How many attempts an answer or a provider's failure took; told where it is not 1, and on every failure of a provider.
    static let attempts = "x-gateway-attempts"

    static func common(requestID: String, format: WireFormat) -> HTTPFields {
        // Nearly no answer has more, and growing costs more than the room.
        var headers = HTTPFields(reserving: 6)
        headers.append("x-request-id", requestID)
        // Anthropic's and AWS's SDKs read the identifier under their own names.
        if format == .anthropic { headers.append("request-id", requestID) }
        if format == .converse { headers.append("x-amzn-requestid", requestID) }
        return headers
    }

    static func common(_ call: InboundCall) -> HTTPFields {
        var headers = common(requestID: call.id, format: call.format)
        // Anthropic's client of InvokeModel reads the one, AWS's the other.
        if call.isInvocation { headers.append("x-amzn-requestid", call.id) }
        return headers
    }

    /// - Parameter limits: what the gateway's own limits have left; nil where there are none, and the provider's are told.
    static func success(_ call: InboundCall, _ outline: AttemptOutline, limits: LimitStanding?) -> HTTPFields {
        var headers = common(call)
        headers.append("x-provider", outline.instance.providerKey)
        if outline.policy != .allow, let ledger = LossLedger(outline.notes).header { headers.append(warnings, ledger) }
        if outline.attempts > 1 { headers.append(attempts, String(outline.attempts)) }
        let limits = limits?.headers ?? HTTPFields()
        for field in limits { headers.append(field.name, field.value) }
        for field in outline.headers where isPassedOn(field.name) {
            // Two answers to one question would be none.
            if !limits.isEmpty, field.name.lowercased().contains("ratelimit-") { continue }
            headers.append(field.name, field.value)
        }
        return headers
    }

    /// Whole seconds, rounded up, as RFC 9110 section 10.2.3 wants them.
    static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return String(max(0, seconds + (attoseconds > 0 ? 1 : 0)))
    }

    /// What a provider says of its limits concerns its clients too.
    private static func isPassedOn(_ name: String) -> Bool {
        guard let first = name.utf8.first?.asciiLowercased,
            first == UInt8(ascii: "x") || first == UInt8(ascii: "a") || first == UInt8(ascii: "o")
        else { return false }
        return name.beginsIgnoringASCIICase(with: "x-ratelimit-")
            || name.beginsIgnoringASCIICase(with: "anthropic-ratelimit-")
            || name.equalsIgnoringASCIICase("openai-processing-ms") || name.equalsIgnoringASCIICase("openai-version")
    }
}

extension HTTPFields {
    /// Of an answer that a provider gave, where a response cache is in use.
    mutating func appendCache(_ state: RequestRecord.CacheState) {
        append("x-cache", state == .hit ? "HIT" : "MISS")
        append("x-cache-status", state.rawValue.uppercased())
    }

    /// `X-Gateway-Cost` in USD with every digit; left out where the cost is unknown.
    mutating func appendCost(_ cost: RequestCost?) {
        guard let total = cost?.total else { return }
        append("x-gateway-cost", PicoUSD.decimalUSD(total))
    }
}
