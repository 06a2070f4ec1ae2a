/// What a model behind generateContent takes: known by name, overridden by the configuration.
///
/// Sources: the thinking and thought-signature pages of ai.google.dev and WIRE_FORMATS 8e. Names that are not Gemini's are
/// taken to do everything, so that nothing is withheld which only the service can judge.
struct GeminiModelTraits: Equatable {
    enum Thinking: Equatable {
        case unavailable
        /// By tokens. Where thinking cannot be switched off, the least budget stands for it.
        case budget(ClosedRange<Int>, canBeOff: Bool)
        /// By level, in rising order.
        case level([ReasoningEffort])
        /// By either, as the client says it.
        case either
    }

    var thinking = Thinking.either
    /// Refuses calls of the current turn that bear no thought signature.
    var demandsSignatures = false
    /// Takes a JSON reply format beside function declarations.
    var mixesJSONAndTools = true
    /// Takes images inside a function's response.
    var mediaInToolResults = true
    /// The image types it takes; nil: unknown, all are passed on.
    var imageTypes: Set<String>?
    var sampling = true
    var structuredOutputs = true
}

extension GeminiModelTraits {
    init(for target: ConversionTarget) {
        self.init(model: target.model)
        let given = target.traits
        sampling = given.sampling ?? sampling
        structuredOutputs = given.structuredOutputs ?? structuredOutputs
        if let byLevel = given.reasoningByEffort {
            thinking = byLevel ? .level([.minimal, .low, .medium, .high]) : .budget(0...32_768, canBeOff: true)
        }
        switch given.reasoning {
        case false?: thinking = .unavailable
        case true?: if thinking == .unavailable { thinking = .either }
        case nil: break
        }
    }

    init(model: String) {
        let name = String(model.split(separator: "/").last ?? "").lowercased()
        guard name.hasPrefix("gemini-") else { return }
        imageTypes = ["image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"]
        let rest = name.dropFirst("gemini-".count)
        guard let version = Self.version(of: rest) else {
            // `gemini-flash-latest` and the like: the budget is what both generations take.
            thinking = .budget(128...24_576, canBeOff: false)
            demandsSignatures = true
            return
        }
        demandsSignatures = version >= 300
        mixesJSONAndTools = version >= 300
        mediaInToolResults = version >= 300
        thinking = Self.thinking(version, isPro: rest.contains("pro"), isLite: rest.contains("lite"))
    }

    private static func thinking(_ version: Int, isPro: Bool, isLite: Bool) -> Thinking {
        switch version {
        case ..<205: .unavailable
        case ..<300 where isPro: .budget(128...32_768, canBeOff: false)
        case ..<300: .budget((isLite ? 512 : 0)...24_576, canBeOff: true)
        case 300 where isPro: .level([.low, .high])
        case _ where isPro: .level([.low, .medium, .high])
        default: .level([.minimal, .low, .medium, .high])
        }
    }

    /// Major times 100 plus minor: 205 is 2.5.
    private static func version(of text: Substring) -> Int? {
        let number = text.prefix { $0.isNumber || $0 == "." }.split(separator: ".")
        guard let major = number.first.flatMap({ Int($0) }), major < 1000 else { return nil }
        return major * 100 + min(99, number.dropFirst().first.flatMap { Int($0) } ?? 0)
    }
}
