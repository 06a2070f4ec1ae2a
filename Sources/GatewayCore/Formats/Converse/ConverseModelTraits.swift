/// What a model on Bedrock can do through Converse, known by its identifier and overridden by the configuration.
///
/// Sources: "Supported models and model features", "Get validated JSON results", "Prompt caching" and "Use reasoning" of the
/// Bedrock user guide, and the Nova user guides. An identifier that says nothing, such as the ARN of an application's
/// inference profile, is taken for a Claude that does everything, so that nothing is withheld which only Bedrock can judge.
struct ConverseModelTraits {
    enum Family {
        case claude, nova, llama, mistral, cohere, deepSeek, gptOSS
        /// Another vendor's, of which nothing is known but that it is no Claude.
        case other
    }

    var family: Family
    var claude: AnthropicModelTraits
    /// Takes `outputConfig.textFormat` and `strict` tools.
    var structuredOutputs: Bool
    /// Takes cache points.
    var caching: Bool
    /// Takes them among the tools, too.
    var toolCaching: Bool
    /// Takes `toolChoice` of any kind, and one that forces a call.
    var toolChoice: Bool
    /// Takes `status` in a tool's result.
    var resultStatus: Bool
    var sampling: Bool
    var reasoning: Bool
    var systemMidConversation: Bool
    /// Takes films and sounds.
    var audiovisual: Bool

    init(for target: ConversionTarget) {
        family = Family(model: target.model)
        claude = AnthropicModelTraits(for: target)
        let isClaude = family == .claude
        let isNova = family == .nova
        let known = target.traits
        structuredOutputs = known.structuredOutputs ?? Self.structuredOutputs(family, claude)
        caching = isClaude || isNova
        toolCaching = isClaude
        toolChoice = isClaude || isNova || family == .mistral
        resultStatus = isClaude || isNova
        sampling = isClaude ? claude.sampling : known.sampling ?? true
        reasoning =
            isClaude ? claude.reasoning : known.reasoning ?? (family == .gptOSS || Self.isSecondNova(target.model))
        systemMidConversation = isClaude ? claude.systemMidConversation : known.systemMidConversation ?? false
        audiovisual = isNova || (isClaude && ClaudeName(target.model) == nil)
    }

    private static func structuredOutputs(_ family: Family, _ claude: AnthropicModelTraits) -> Bool {
        switch family {
        case .claude: claude.structuredOutputs
        case .nova, .llama, .cohere: false
        case .mistral, .deepSeek, .gptOSS, .other: true
        }
    }

    /// The first Nova models do not reason.
    private static func isSecondNova(_ model: String) -> Bool { model.contains("nova-2") }
}

extension ConverseModelTraits.Family {
    /// By the vendor in an identifier such as `us.meta.llama3-3-70b-instruct-v1:0`, or in an ARN of a foundation model or of an
    /// inference profile.
    init(model: String) {
        let words = model.split { ":/".contains($0) }
        let name = words.first { $0.contains(".") && !$0.hasPrefix("arn") } ?? words.first ?? ""
        let parts = name.split(separator: ".")
        self = parts.lazy.compactMap { Self.vendors[String($0)] }.first ?? .claude
        if self == .nova, !name.contains("nova") { self = .other }
    }

    private static let vendors: [String: ConverseModelTraits.Family] = [
        "anthropic": .claude, "amazon": .nova, "meta": .llama, "mistral": .mistral, "cohere": .cohere,
        "deepseek": .deepSeek, "openai": .gptOSS, "ai21": .other, "qwen": .other, "writer": .other, "stability": .other,
        "minimax": .other, "moonshot": .other, "moonshotai": .other, "google": .other, "nvidia": .other, "zai": .other,
        "twelvelabs": .other, "luma": .other,
    ]
}
