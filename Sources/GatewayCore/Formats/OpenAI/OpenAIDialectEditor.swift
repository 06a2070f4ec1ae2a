/// Finds the edits that make one request fit for a service of some dialect.
///
/// Reads the request as it came and trusts nothing in it: what has another shape than the format's is left for the service
/// to refuse.
struct OpenAIDialectEditor {
    let dialect: OpenAIDialect
    let request: JSONPeek
    let model: String
    private(set) var edits: [JSONEdit] = []
    private(set) var notes: [ConversionNote] = []
    /// Messages that are added at the end.
    private var instructions: [String] = []

    init(_ dialect: OpenAIDialect, _ request: JSONPeek, model: String) {
        self.dialect = dialect
        self.request = request
        self.model = model
    }

    mutating func edit() {
        editParameters()
        editMessages()
        editTools()
        editResponseFormat()
        // The last word is the user's: some services take no system message there.
        guard let messages = request["messages"], messages.kind == .array else { return }
        for text in instructions {
            add(.insert("/messages/-", ["role": "user", "content": .string(text)]))
        }
    }

    func has(_ quirk: OpenAIQuirk) -> Bool { dialect.quirks.contains(quirk) }

    mutating func add(_ edit: JSONEdit) {
        edits.append(edit)
    }

    mutating func instruct(_ text: String) {
        instructions.append(text)
    }

    mutating func note(
        _ action: ConversionNote.Action, _ pointer: String, _ message: String, level: ConversionNote.Level = .warning
    ) {
        notes.append(ConversionNote(action, pointer, message, level: level))
    }

    // MARK: Members of the request

    private mutating func editParameters() {
        if has(.maxTokens) { rename("max_completion_tokens", to: "max_tokens") }
        if has(.randomSeed) { rename("seed", to: "random_seed") }
        if has(.noStreamOptions), request["stream_options"] != nil {
            add(.remove("/stream_options"))
        }
        if has(.oneCandidate), let count = request["n"] {
            add(.remove("/n"))
            if let count = request.int(count), count > 1 {
                note(.dropped, "/n", "The provider gives one candidate only.")
            }
        }
        for refusal in dialect.refusals where refusal.concerns(model) {
            for parameter in refusal.parameters { drop(parameter) }
        }
    }

    private mutating func rename(_ name: String, to newName: String) {
        guard let value = request[name] else { return }
        add(.remove(JSONPointer(tokens: [name])))
        guard value.kind != .null else { return }
        add(.set(JSONPointer(tokens: [newName]), request.tree(of: value)))
    }

    private mutating func drop(_ parameter: String) {
        guard let value = request[parameter] else { return }
        let pointer = JSONPointer(tokens: [parameter])
        add(.remove(pointer))
        guard value.kind != .null else { return }
        note(.dropped, pointer.description, "The provider does not take this parameter.")
    }

    // MARK: Form of the reply

    private mutating func editResponseFormat() {
        guard let format = request["response_format"] else { return }
        switch request.string(request["type", in: format]) {
        case "json_schema"? where has(.noJSONSchema):
            note(.emulated, "/response_format", "The provider takes no JSON schema; it gets it as an instruction.")
            add(.set("/response_format", ["type": "json_object"]))
            let schema = request["json_schema", in: format].flatMap { request["schema", in: $0] }
            let text = schema.map { String(decoding: request.text(of: $0), as: UTF8.self) } ?? "{}"
            instruct(FormInstruction.matching(text))
        case "json_object"? where has(.noJSONObject):
            note(.emulated, "/response_format", "The provider has no JSON mode; it gets a schema of any object.")
            add(
                .set(
                    "/response_format",
                    ["type": "json_schema", "json_schema": ["name": "response", "schema": ["type": "object"]]]))
        default:
            break
        }
    }
}
