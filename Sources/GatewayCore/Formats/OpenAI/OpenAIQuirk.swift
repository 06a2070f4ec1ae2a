/// One way in which a service's chat API differs from OpenAI's. The raw value is its name in the configuration.
///
/// All of them are edits of the request, made to the client's own bytes on a relay and to the converter's on a
/// translation: a service can be spoken to without a converter of its own.
public enum OpenAIQuirk: String, Sendable, Hashable, CaseIterable {
    /// The output limit is spelled `max_tokens` only.
    case maxTokens = "max_tokens"
    /// Refuses `stream_options`; usage comes without being asked for, or never.
    case noStreamOptions = "no_stream_options"
    /// Knows the role `system` only, not `developer`.
    case systemRole = "system_role"
    /// Refuses `name` in messages.
    case noMessageNames = "no_message_names"
    /// Takes the content of a message as one string, not as an array of text parts.
    case textContent = "text_content"
    /// Refuses the reasoning of earlier answers.
    case noReasoning = "no_reasoning"
    /// Wants the reasoning of earlier answers back as `reasoning`, not as `reasoning_content`.
    case reasoningField = "reasoning_field"
    /// Takes a tool's call only under identifiers of exactly nine letters and digits.
    case nineCharacterCallIDs = "nine_character_call_ids"
    /// Takes tools of the type `function` only.
    case functionToolsOnly = "function_tools_only"
    /// Refuses `strict` in tools.
    case noStrict = "no_strict"
    /// Takes `tool_choice` as a word only, not as an object that names tools.
    case toolChoiceWords = "tool_choice_words"
    /// Cannot be made to call a tool: `auto` and `none` are its only choices.
    case noForcedTools = "no_forced_tools"
    /// Has JSON mode, but takes no JSON schema.
    case noJSONSchema = "no_json_schema"
    /// Takes JSON schemas, but has no JSON mode.
    case noJSONObject = "no_json_object"
    /// Gives one candidate only.
    case oneCandidate = "one_candidate"
    /// The seed is spelled `random_seed`.
    case randomSeed = "random_seed"
    /// Fetches no images by address; they go as bytes.
    case mediaAsBytes = "media_as_bytes"
    /// A model that reasons answers with an array of parts where OpenAI has a string.
    case contentPieces = "content_pieces"

    /// What it means, for a person who reads a list of them.
    public var explanation: String {
        switch self {
        case .maxTokens: "the output limit is spelled `max_tokens`"
        case .noStreamOptions: "`stream_options` is not sent"
        case .systemRole: "the role `developer` is sent as `system`"
        case .noMessageNames: "`name` of messages is not sent"
        case .textContent: "text parts are joined into one string"
        case .noReasoning: "reasoning of earlier answers is not sent"
        case .reasoningField: "reasoning of earlier answers is sent as `reasoning`"
        case .nineCharacterCallIDs: "tool calls get identifiers of nine letters and digits"
        case .functionToolsOnly: "tools other than functions are not sent"
        case .noStrict: "`strict` of tools is not sent"
        case .toolChoiceWords: "a choice of named tools becomes `required` with those tools only"
        case .noForcedTools: "a forced tool call becomes an instruction"
        case .noJSONSchema: "a JSON schema becomes JSON mode with an instruction"
        case .noJSONObject: "JSON mode becomes a schema of any object"
        case .oneCandidate: "`n` above 1 is not sent"
        case .randomSeed: "`seed` is spelled `random_seed`"
        case .mediaAsBytes: "images by address are fetched and sent as bytes"
        case .contentPieces: "answers of reasoning models are translated, not relayed"
        }
    }
}
