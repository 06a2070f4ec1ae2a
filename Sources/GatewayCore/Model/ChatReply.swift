/// A model's answer.
public struct ChatReply: Sendable, Hashable {
    /// The provider's identifier of the answer.
    public var id: String?
    /// The model that answered, in the provider's words.
    public var model: String?
    /// Seconds since 1970, where the provider says so.
    public var created: Int?
    /// One unless several were asked for. Empty when the provider refused to look at the prompt (Gemini).
    public var candidates: [Candidate]
    public var usage: TokenUsage?
    public var serviceTier: String?
    public var extras: Extras?
    /// What the conversion of the request could not carry; told by `Gateway`, empty where nobody converted anything.
    public var notes: [ConversionNote] = []

    public init(id: String? = nil, model: String? = nil, candidates: [Candidate] = [], usage: TokenUsage? = nil) {
        self.id = id
        self.model = model
        self.candidates = candidates
        self.usage = usage
    }
}

extension ChatReply {
    /// The first candidate's text.
    public var text: String { candidates.first?.parts.joinedText ?? "" }

    /// The first candidate's tool calls.
    public var toolCalls: [ToolCall] { candidates.first?.parts.toolCalls ?? [] }

    /// Why the first candidate ended.
    public var stop: StopReason? { candidates.first?.stop }

    /// The first candidate as a turn of the conversation, to send it back with tool results.
    public var message: Message { Message(role: .assistant, parts: candidates.first?.parts ?? []) }
}

public struct Candidate: Sendable, Hashable {
    public var index: Int
    public var parts: [ContentPart]
    /// Nil when the provider did not say, as in a stream that broke.
    public var stop: StopReason?
    /// In the shape of its origin; OpenAI's and Gemini's codecs convert it.
    public var logprobs: Logprobs?
    public var extras: Extras?

    public init(index: Int = 0, parts: [ContentPart] = [], stop: StopReason? = nil) {
        self.index = index
        self.parts = parts
        self.stop = stop
    }
}

/// Log probabilities of the reply's tokens.
public struct Logprobs: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public var token: String
        public var logprob: JSONNumber
        /// The token's UTF-8, where the provider says it.
        public var bytes: [UInt8]?
        /// Gemini's numeric token identifier.
        public var tokenID: Int?

        public init(token: String, logprob: JSONNumber, bytes: [UInt8]? = nil, tokenID: Int? = nil) {
            self.token = token
            self.logprob = logprob
            self.bytes = bytes
            self.tokenID = tokenID
        }
    }

    public struct Position: Sendable, Hashable {
        public var chosen: Entry
        public var top: [Entry]
        /// Where the token begins in the text, in characters, where the provider says it (Completions).
        public var offset: Int?

        public init(chosen: Entry, top: [Entry]) {
            self.chosen = chosen
            self.top = top
        }
    }

    public var positions: [Position]
    /// OpenAI lists the tokens of a refusal apart.
    public var refusal: [Position]

    public init(positions: [Position] = [], refusal: [Position] = []) {
        self.positions = positions
        self.refusal = refusal
    }
}
