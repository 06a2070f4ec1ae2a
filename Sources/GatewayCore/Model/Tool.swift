/// A tool the model may use.
public enum Tool: Sendable, Hashable {
    /// Run by the client.
    case function(FunctionTool)
    /// Run by the provider, or known to its format only: web search, code execution, OpenAI's custom tools.
    case foreign(Foreign)
}

public struct FunctionTool: Sendable, Hashable {
    public var name: String
    public var description: String?
    /// JSON Schema of the arguments, members in the client's order; nil for a tool without arguments.
    public var parameters: JSONValue?
    /// Whether arguments must match the schema exactly; nil is the format's default.
    public var isStrict: Bool?
    public var cache: CacheBreakpoint?
    public var extras: Extras?

    public init(name: String, description: String? = nil, parameters: JSONValue? = nil, isStrict: Bool? = nil) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.isStrict = isStrict
    }
}

public enum ToolChoice: Sendable, Hashable {
    case auto
    case none
    /// Some tool must be called.
    case required
    /// This one must be called.
    case named(String)
    /// Only these may be called; with `isRequired` one of them must be.
    case allowed([String], isRequired: Bool)
    case foreign(Foreign)
}

/// The model asks the client to run a tool.
public struct ToolCall: Sendable, Hashable {
    /// Pairs the call with its result. Decoders mint one where the format has none (Gemini).
    public var id: String
    public var name: String
    /// Raw JSON text exactly as the model wrote it; an empty string stands for no arguments.
    public var arguments: String
    public var signature: Signature?
    public var cache: CacheBreakpoint?
    public var extras: Extras?

    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// What running a tool gave.
public struct ToolResult: Sendable, Hashable {
    public var callID: String
    /// The tool's name; only Gemini repeats it here. Encoders that need it look the call up.
    public var name: String?
    public var content: [ContentPart]
    public var isError: Bool
    public var cache: CacheBreakpoint?
    public var extras: Extras?

    public init(callID: String, name: String? = nil, content: [ContentPart], isError: Bool = false) {
        self.callID = callID
        self.name = name
        self.content = content
        self.isError = isError
    }
}
