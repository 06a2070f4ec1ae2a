/// What a Claude model can do, known by its name and overridden by the configuration.
///
/// Sources: the model table and "what's new" pages of platform.claude.com, the thinking troubleshooting page there, and
/// the types of the `anthropic` package 2.12. Names that are not Claude's (services with the same API) are taken to do
/// everything, so that nothing is withheld which only the service can judge.
struct AnthropicModelTraits: Equatable {
    /// Takes `temperature`, `top_p` and `top_k`; refused from Opus 4.7 on.
    var sampling = true
    /// Refuses `temperature` beside `top_p` (4.1 and 4.5 models).
    var singleSamplingKnob = false
    /// Takes `output_config.format` and `strict` tools.
    var structuredOutputs = true
    var reasoning = true
    /// Takes `thinking: {type: enabled, budget_tokens}`, up to 4.6.
    var budgetThinking = true
    /// Takes `thinking: {type: adaptive}` and `output_config.effort`, from 4.6 on.
    var adaptiveThinking = true
    /// The levels `output_config.effort` may have, in rising order.
    var effortLevels: [ReasoningEffort] = [.low, .medium, .high, .xhigh, .max]
    /// Thinking cannot be switched off.
    var alwaysThinks = false
    /// Takes a `tool_choice` that forces a call.
    var forcedToolUse = true
    /// Continues a final assistant message; refused from 4.6 on.
    var prefill = true
    /// Takes `role: system` between the turns, from Opus 4.8 on.
    var systemMidConversation = true
    /// Fetches images and documents by address.
    var mediaByURL = true
}

extension AnthropicModelTraits {
    init(for target: ConversionTarget) {
        self.init(model: target.model)
        let known = target.traits
        sampling = known.sampling ?? sampling
        structuredOutputs = known.structuredOutputs ?? structuredOutputs
        reasoning = known.reasoning ?? reasoning
        systemMidConversation = known.systemMidConversation ?? systemMidConversation
        mediaByURL = known.mediaByURL ?? mediaByURL
        if let byEffort = known.reasoningByEffort {
            adaptiveThinking = byEffort
            budgetThinking = byEffort ? budgetThinking : true
        }
    }

    init(model: String) {
        guard let name = ClaudeName(model) else { return }
        let version = name.version
        let isOpus = name.family == .opus
        let isFrontier = name.family == .mythos || name.family == .fable

        sampling = version < 407 && !isFrontier
        singleSamplingKnob = version >= 401 && version < 406
        structuredOutputs = version >= 405 || (isOpus && version >= 401)
        reasoning = version >= 307
        budgetThinking = version <= 406
        adaptiveThinking = version >= 406
        if version < 407 { effortLevels = [.low, .medium, .high, .max] }
        alwaysThinks = isFrontier || (version > 500 && name.family != .haiku)
        forcedToolUse = version <= 500 || name.family == .haiku
        prefill = version < 406
        systemMidConversation = version >= 408 && !name.isPreview
    }
}

/// The parts of a name such as `claude-sonnet-4-5-20250929`, `anthropic.claude-3-7-sonnet-20250219-v1:0` (Bedrock) or
/// `claude-opus-4-1@20250805` (Vertex).
struct ClaudeName: Equatable {
    enum Family: String, CaseIterable {
        case haiku, sonnet, opus, fable, mythos, instant
    }

    var family: Family?
    /// Major times 100 plus minor: 405 is 4.5. An unnumbered name is taken for the newest.
    var version: Int
    var isPreview = false

    /// Nil when the name is not Claude's.
    init?(_ model: String) {
        var isClaude = false
        var numbers = VersionNumbers()
        var family: Family?
        var isPreview = false
        model.forEachWord { word in
            guard isClaude else {
                isClaude = word == "claude"
                return
            }
            numbers.take(word)
            if let found = Family(rawValue: word) {
                family = family ?? found
            } else if word == "preview" {
                isPreview = true
            }
        }
        guard isClaude else { return nil }
        self.family = family
        self.isPreview = isPreview
        version = numbers.major.map { $0 * 100 + numbers.minor } ?? (isPreview ? 500 : .max)
    }
}

/// The first number of a name that is not zero, and the one that directly follows it. They have one or two digits; a date has
/// eight, and Bedrock's `v1` starts with a letter.
private struct VersionNumbers {
    private(set) var major: Int?
    private(set) var minor = 0
    private var isBehindMajor = false

    mutating func take(_ word: String) {
        let number = word.utf8.count <= 2 ? Int(word) : nil
        if isBehindMajor { minor = number ?? 0 }
        isBehindMajor = major == nil && number ?? 0 > 0
        if isBehindMajor { major = number }
    }
}

extension String {
    /// Hands out the runs of ASCII letters and digits, in lower case.
    fileprivate func forEachWord(_ body: (String) -> Void) {
        withBytes { bytes in
            var start = bytes.startIndex
            for end in 0...bytes.count where end == bytes.count || !bytes[end].asciiLowercased.isLowercaseOrDigit {
                if start < end {
                    let word = UnsafeBufferPointer(rebasing: bytes[start..<end])
                    let isLowercase = word.allSatisfy { $0 == $0.asciiLowercased }
                    body(
                        isLowercase
                            ? String(decoding: word, as: UTF8.self)
                            : String(decoding: word.map(\.asciiLowercased), as: UTF8.self))
                }
                start = end + 1
            }
        }
    }
}

extension UInt8 {
    fileprivate var isLowercaseOrDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
    }
}
