/// A conversation and how to continue it, in no provider's format: the hub every conversion goes through.
///
/// Nil means that the client did not say; encoders leave such fields out.
public struct ChatRequest: Sendable, Hashable {
    public var model: String
    /// System and developer messages stand among the others, where the client put them.
    public var messages: [Message]
    public var tools: [Tool]
    public var toolChoice: ToolChoice?
    /// False: the model may call at most one tool in a turn.
    public var parallelToolCalls: Bool?
    public var sampling: Sampling
    /// Limit on output tokens, reasoning included.
    public var maxOutputTokens: Int?
    public var stopSequences: [String]
    public var responseFormat: ResponseFormat?
    public var reasoning: ReasoningSettings?
    public var isStreaming: Bool
    /// OpenAI's `stream_options.include_usage`; the other formats always report usage.
    public var wantsStreamUsage: Bool
    /// The reply begins with the prompt: the Completions API's `echo`. For providers that cannot, the gateway's own
    /// Completions endpoint does it.
    public var repeatsPrompt: Bool
    /// Identifies the end user towards the provider: OpenAI's `user`, Anthropic's `metadata.user_id`.
    public var endUser: String?
    public var serviceTier: String?
    public var extras: Extras?

    public init(
        model: String, messages: [Message], tools: [Tool] = [], toolChoice: ToolChoice? = nil,
        maxOutputTokens: Int? = nil
    ) {
        self.model = model
        self.messages = messages
        self.tools = tools
        self.toolChoice = toolChoice
        self.maxOutputTokens = maxOutputTokens
        sampling = Sampling()
        stopSequences = []
        isStreaming = false
        wantsStreamUsage = false
        repeatsPrompt = false
    }
}

/// How the next token is chosen. Numbers keep the text the client wrote.
public struct Sampling: Sendable, Hashable {
    public var temperature: JSONNumber?
    public var topP: JSONNumber?
    public var topK: JSONNumber?
    public var frequencyPenalty: JSONNumber?
    public var presencePenalty: JSONNumber?
    public var seed: JSONNumber?
    /// Token identifiers to biases, as OpenAI writes them.
    public var logitBias: JSONObject?
    /// How many replies to draw: OpenAI's `n`, Gemini's `candidateCount`.
    public var candidateCount: Int?
    public var wantsLogprobs: Bool?
    public var topLogprobs: Int?

    public init() {}
}

/// What form the reply's text must have.
public enum ResponseFormat: Sendable, Hashable {
    case text
    /// Any JSON object.
    case jsonObject
    case jsonSchema(ResponseSchema)
}

public struct ResponseSchema: Sendable, Hashable {
    /// Required by OpenAI; encoders write `response` where the client gave none.
    public var name: String?
    public var description: String?
    public var schema: JSONValue
    public var isStrict: Bool?

    public init(name: String? = nil, description: String? = nil, schema: JSONValue, isStrict: Bool? = nil) {
        self.name = name
        self.description = description
        self.schema = schema
        self.isStrict = isStrict
    }
}

/// How much the model may think before it answers.
public struct ReasoningSettings: Sendable, Hashable {
    public enum Mode: Sendable, Hashable {
        /// Anthropic's `thinking: {type: disabled}`, an effort of `none`, a budget of 0.
        case disabled
        /// The model decides how much: Anthropic's `adaptive`, Gemini's budget -1.
        case adaptive
        /// At most so many tokens.
        case budget(Int)
    }

    public var mode: Mode?
    public var effort: ReasoningEffort?
    /// Whether the client wants to read the reasoning or its summary; nil is the format's default.
    public var includesText: Bool?
    public var extras: Extras?

    public init(mode: Mode? = nil, effort: ReasoningEffort? = nil, includesText: Bool? = nil) {
        self.mode = mode
        self.effort = effort
        self.includesText = includesText
    }

    /// Whether the client expects to read the reasoning; nil where its format leaves that to the model.
    ///
    /// Anthropic shows what a budget pays for unless told otherwise; for adaptive thinking the model decides, and its newer
    /// ones hide it. The other formats show nothing that is not asked for.
    var showsThoughts: Bool? {
        if let includesText { return includesText }
        if case .budget(1...)? = mode, extras?.origin == .anthropic { return true }
        return nil
    }
}

/// The union of all formats' levels, in rising order.
public enum ReasoningEffort: String, Sendable, Hashable, CaseIterable {
    case none, minimal, low, medium, high, xhigh, max
}
