/// The Gemini row of WIRE_FORMATS 8b: cached tokens are inside `promptTokenCount`, the prompts of the provider's own tools
/// and the thoughts beside it and `candidatesTokenCount`. A count of zero is left out.
extension GeminiCodec {
    package func decodeUsage(in body: JSONObject) -> TokenUsage? {
        body["usageMetadata"]?.object.map(Self.decodeUsage)
    }

    package func countUsage(in body: JSONPeek) -> TokenUsage? {
        guard let usage = body["usageMetadata"], case .object(let object) = body.tree(of: usage) else { return nil }
        return Self.decodeUsage(object)
    }

    /// Never fails: a count that is missing is zero, one that is no number is not reported.
    static func decodeUsage(_ object: JSONObject) -> TokenUsage {
        var fields = FieldReader(object)
        var counts = GeminiCounts()
        for key in GeminiCounts.Key.allCases { counts[key] = fields.value(key.rawValue).flatMap(GeminiCounts.checked) }
        var usage = counts.usage(extras: fields.rest(origin: .gemini))
        usage.details = details(object)
        usage.serviceTier = (object["serviceTier"] ?? object["trafficType"])?.string.map(ServiceTier.init(word:))
        return usage
    }

    /// The counts by modality, as far as prices differ. They stay among the extras, too.
    private static func details(_ object: JSONObject) -> UsageDetails? {
        var details = UsageDetails()
        let cachedAudio = tokens("AUDIO", in: object["cacheTokensDetails"])
        details.audioCacheRead = cachedAudio
        details.audioInput = tokens("AUDIO", in: object["promptTokensDetails"]).map { max(0, $0 - (cachedAudio ?? 0)) }
        details.audioOutput = tokens("AUDIO", in: object["candidatesTokensDetails"])
        details.imageOutput = tokens("IMAGE", in: object["candidatesTokensDetails"])
        return details.ifAny
    }

    /// Nil where there are none.
    private static func tokens(_ modality: String, in counts: JSONValue?) -> Int? {
        var sum = 0
        for count in counts?.array ?? [] where count["modality"]?.string == modality {
            sum = min(sum + (count["tokenCount"].flatMap(GeminiCounts.checked) ?? 0), 1 << 53)
        }
        return sum > 0 ? sum : nil
    }

    static func encodeUsage(_ usage: TokenUsage) -> JSONObject {
        let extras = usage.extras.fields(for: .gemini)
        let tools = min(GeminiCounts.tools(in: extras), usage.freshInput ?? 0)
        let reasoning = min(usage.reasoning ?? 0, usage.output ?? 0)
        var object = JSONObject()
        append("promptTokenCount", usage.totalInput - tools, to: &object)
        append("cachedContentTokenCount", usage.cacheRead ?? 0, to: &object)
        append("candidatesTokenCount", (usage.output ?? 0) - reasoning, to: &object)
        append("thoughtsTokenCount", reasoning, to: &object)
        append("totalTokenCount", usage.total, to: &object)
        object.append(extras: extras)
        return object
    }

    private static func append(_ key: String, _ count: Int, to object: inout JSONObject) {
        guard count > 0 else { return }
        object.append(key, .number(JSONNumber(count)))
    }
}

/// The counts of `usageMetadata` as they stand there.
struct GeminiCounts: Equatable {
    enum Key: String, CaseIterable {
        case prompt = "promptTokenCount"
        case cached = "cachedContentTokenCount"
        case candidates = "candidatesTokenCount"
        case thoughts = "thoughtsTokenCount"
        case total = "totalTokenCount"
    }

    private var prompt: Int?
    private var cached: Int?
    private var candidates: Int?
    private var thoughts: Int?
    private var total: Int?

    subscript(key: Key) -> Int? {
        get {
            switch key {
            case .prompt: prompt
            case .cached: cached
            case .candidates: candidates
            case .thoughts: thoughts
            case .total: total
            }
        }
        set {
            switch key {
            case .prompt: prompt = newValue
            case .cached: cached = newValue
            case .candidates: candidates = newValue
            case .thoughts: thoughts = newValue
            case .total: total = newValue
            }
        }
    }

    /// - Parameter extras: the other members. The prompts of the provider's own tools stay among them, too: the hub counts
    ///   them as fresh input.
    func usage(extras: Extras?) -> TokenUsage {
        let tools = Self.tools(in: extras.fields(for: .gemini))
        var usage = TokenUsage(cacheRead: cached, reasoning: thoughts)
        usage.extras = extras
        if prompt != nil || total != nil { usage.freshInput = max(0, (prompt ?? 0) - (cached ?? 0)) + tools }
        guard usage.freshInput != nil || candidates != nil || thoughts != nil else { return usage }
        // Older replies count the thoughts among the candidates; the total tells.
        let visible = candidates ?? 0
        let holdsThoughts = total == (prompt ?? 0) + visible + tools && visible >= thoughts ?? 0
        usage.output = holdsThoughts ? visible : visible + (thoughts ?? 0)
        return usage
    }

    static func tools(in extras: JSONObject) -> Int {
        extras["toolUsePromptTokenCount"].flatMap(checked) ?? 0
    }

    /// Counts from 2^53 on are no counts: they would overflow sums.
    static func checked(_ value: JSONValue) -> Int? {
        guard let int = value.int ?? value.string.flatMap({ Int($0) }), int < 1 << 53 else { return nil }
        return max(0, int)
    }
}
