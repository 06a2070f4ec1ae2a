import GatewayCore

/// Records as a busy gateway has them: several keys, providers and models, some failures, streams, metadata and
/// warnings.
struct SampleRecords {
    private static let models = [
        ("openai", "gpt-5"), ("openai", "gpt-5-mini"), ("openai", "gpt-4o"), ("openai", "gpt-4o-mini"),
        ("anthropic", "claude-sonnet-4-5"), ("anthropic", "claude-haiku-4-5"), ("anthropic", "claude-opus-4-1"),
        ("gemini", "gemini-2.5-pro"), ("gemini", "gemini-2.5-flash"), ("gemini", "gemini-2.5-flash-lite"),
        ("custom:deepseek", "deepseek-chat"), ("custom:deepseek", "deepseek-reasoner"),
        ("custom:groq", "llama-3.3-70b"),
        ("custom:groq", "qwen3-32b"), ("custom:mistral", "mistral-large"), ("custom:mistral", "codestral"),
        ("bedrock", "claude-sonnet-4-5"), ("azure_openai", "gpt-4o"), ("azure_openai", "gpt-5"), ("demo", "echo"),
    ]
    private var random: UInt64

    init(seed: UInt64) {
        random = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func identifier() -> String {
        let hex = String(next(), radix: 16) + String(next(), radix: 16) + "00000000000000000000000000000000"
        let digits = Array(hex.prefix(32))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    mutating func next(id: String, startedAt: Double) -> RequestRecord {
        let (provider, model) = Self.models[pick(Self.models.count)]
        let format = WireFormat.allCases[pick(3)]
        var record = RequestRecord(
            id: id, startedAt: startedAt, clientFormat: format, keyName: "team-\(pick(10))")
        record.endpoint = "/v1/chat/completions"
        record.model = model
        record.providerModel = model
        record.provider = provider
        record.instance = "\(provider)-\(pick(2) == 0 ? "primary" : "backup")"
        record.isStreaming = pick(2) == 0
        record.isRelayed = pick(3) > 0
        let milliseconds = 200 + pick(1000) + (pick(20) == 0 ? pick(30_000) : 0)
        record.duration = .milliseconds(milliseconds)
        record.timeToFirstByte = .milliseconds(milliseconds / 3)
        record.attempts = [AttemptRecord(provider: provider, instance: record.instance ?? "", model: model)]
        record.attempts[0].duration = record.duration
        record.attempts[0].timeToFirstByte = record.timeToFirstByte
        record.attempts[0].status = 200
        if pick(3) == 0 { _ = record.metadata.set("feature", "feature-\(pick(12))") }
        if pick(10) == 0 {
            record.notes = [ConversionNote(.dropped, "/logit_bias", "This provider has no logit_bias.")]
        }
        if pick(50) == 0 { insertFailedAttempt(into: &record) }
        if pick(20) == 0 {
            record.outcome = pick(2) == 0 ? .failure : .refused
            record.status = record.outcome == .failure ? 503 : 429
            record.failure = ProviderFailure(
                kind: record.outcome == .failure ? .overloaded : .rateLimited, status: record.status,
                message: "Rate limit reached for \(model) in organization org-sample on tokens per min.")
            return record
        }
        record.usage = TokenUsage(
            freshInput: 100 + pick(4000), cacheRead: pick(3) == 0 ? pick(9000) : 0, output: pick(900))
        if provider == "anthropic" { record.usage?.cacheWrite5m = pick(500) }
        record.cost = RequestCost(input: 3_000_000, output: 15_000_000, total: 18_000_000)
        return record
    }

    private func insertFailedAttempt(into record: inout RequestRecord) {
        var failed = record.attempts[0]
        failed.instance = "\(failed.provider)-tertiary"
        failed.status = 529
        failed.duration = .milliseconds(80)
        failed.failureKind = .overloaded
        failed.failureMessage = "Overloaded"
        failed.followUp = .failover
        record.attempts.insert(failed, at: 0)
        record.attempts[1].startedAfter = failed.duration
    }

    private mutating func pick(_ bound: Int) -> Int { Int(next() >> 33) % bound }

    /// xorshift64 of Marsaglia.
    private mutating func next() -> UInt64 {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random
    }
}
