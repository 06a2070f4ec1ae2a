/// What a model behind the Chat format takes: known by name, overridden by the configuration.
///
/// Sources: WIRE_FORMATS 1.1; the API answers 400 `unsupported_parameter` or `unsupported_value` for the rest.
struct OpenAIModelTraits {
    enum Sampling {
        case always
        /// Only with a reasoning effort of `none`.
        case withoutReasoning
        case never
    }

    /// Whether temperature, top-p, penalties, log probabilities, logit bias are taken.
    var sampling = Sampling.always
    /// Whether stop sequences are.
    var stop = Sampling.always
    /// The levels of `reasoning_effort`; empty: the model does not reason; nil: unknown, every level is passed on.
    var efforts: [ReasoningEffort]?
    /// What the model does when no effort is sent.
    var defaultEffort = ReasoningEffort.medium
    /// Knows `max_tokens` only, and with it the role `system` only.
    var isLegacy = false
    var structuredOutputs = true
    /// Wants its reasoning back as `reasoning_content` of the assistant's message.
    var takesReasoningContent = false

    init(_ target: ConversionTarget) {
        self.init(name: target.model)
        let given = target.traits
        if let takesSampling = given.sampling { sampling = takesSampling ? .always : .never }
        if let reasons = given.reasoning {
            if !reasons { efforts = [] } else if efforts?.isEmpty == true { efforts = nil }
        }
        if let takesSchema = given.structuredOutputs { structuredOutputs = takesSchema }
        if let legacy = given.legacyMaxTokens { isLegacy = legacy }
    }

    private init(name: String) {
        let name = String(name.split(separator: "/").last ?? "").lowercased()
        if name.hasPrefix("gpt-5") {
            setUpGPT5(name)
        } else if Self.isOSeries(name) {
            efforts = [.low, .medium, .high]
            sampling = .never
            stop = name.hasPrefix("o1") ? .always : .never
        } else if name.hasPrefix("gpt-oss") {
            efforts = [.low, .medium, .high]
        } else if ["gpt-3.5", "gpt-4", "chatgpt"].contains(where: name.hasPrefix) {
            efforts = []
            structuredOutputs = ["gpt-4o", "gpt-4.1", "gpt-4.5", "chatgpt"].contains(where: name.hasPrefix)
        } else {
            takesReasoningContent = ["deepseek", "kimi", "glm-", "minimax"].contains(where: name.hasPrefix)
        }
    }

    /// `gpt-5` always reasons; the later ones take an effort of `none`, and 5.1, 5.2 and 5.4 default to it.
    private mutating func setUpGPT5(_ name: String) {
        guard !name.contains("-chat") else {
            efforts = []
            return
        }
        let rest = name.dropFirst("gpt-5".count)
        guard rest.first == ".", let minor = Int(rest.dropFirst().prefix { $0.isNumber }) else {
            efforts = [.minimal, .low, .medium, .high]
            sampling = .never
            stop = .never
            return
        }
        efforts = [.none, .low, .medium, .high]
        if minor >= 2 { efforts?.append(.xhigh) }
        if minor >= 6 { efforts?.append(.max) }
        sampling = .withoutReasoning
        stop = .withoutReasoning
        defaultEffort = [1, 2, 4].contains(minor) ? .none : .medium
    }

    private static func isOSeries(_ name: String) -> Bool {
        guard name.first == "o" else { return false }
        let digits = name.dropFirst().prefix { $0.isNumber }
        guard !digits.isEmpty else { return false }
        let rest = name.dropFirst(1 + digits.count)
        return rest.isEmpty || rest.first == "-"
    }
}

extension OpenAIModelTraits.Sampling {
    /// - Parameter effort: what the request asks for, or the model's default.
    func isAllowed(at effort: ReasoningEffort) -> Bool {
        switch self {
        case .always: true
        case .withoutReasoning: effort == ReasoningEffort.none
        case .never: false
        }
    }
}
