/// One output item of a reply while its parts arrive: a message, a thought, a call.
struct ResponsesItem {
    enum Content {
        case message([Piece])
        case reasoning(summary: [String], content: [String], proof: String?)
        case functionCall(id: String, name: String, arguments: String)
        case customCall(id: String, name: String, input: String)
        /// An item that arrived whole.
        case whole(JSONObject)
    }

    /// A part of a message's content.
    enum Piece {
        case text(String, annotations: [JSONValue], logprobs: [Logprobs.Position], extras: JSONObject)
        case refusal(String)
    }

    let id: String
    var content: Content
    /// Members of the item that only this format knows.
    var extras: JSONObject

    /// How identifiers of such items begin.
    static func prefix(of content: Content) -> String {
        switch content {
        case .message: "msg"
        case .reasoning: "rs"
        case .functionCall: "fc"
        case .customCall: "ctc"
        case .whole: "item"
        }
    }

    /// - Parameter fallbackID: for items whose parts bear none.
    init(_ content: Content, extras: JSONObject, fallbackID: String) {
        self.content = content
        var extras = extras
        let id = extras.removeValue(forKey: "id")?.string
        extras.removeValue(forKey: "type")
        extras.removeValue(forKey: ResponsesItemExtras.part)
        self.extras = extras
        if case .whole(let object) = content {
            self.id = object["id"]?.string ?? fallbackID
        } else {
            self.id = id ?? "\(Self.prefix(of: content))_\(fallbackID)"
        }
    }

    /// Whether a text or refusal with these extras is part of this item: it bears the same identifier, or neither of them
    /// came in this format.
    func takesText(_ extras: Extras?) -> Bool {
        guard case .message = content else { return false }
        guard let own = extras.fields(for: .responses)["id"]?.string else { return true }
        return own == id
    }

    func takesReasoning(_ extras: Extras?) -> Bool {
        guard case .reasoning = content, let own = extras.fields(for: .responses)["id"]?.string else { return false }
        return own == id
    }

    /// - Parameter status: of the whole reply or, while the item is being streamed, `in_progress`.
    func object(status: String) -> JSONObject {
        var object: JSONObject = ["id": .string(id)]
        switch content {
        case .message(let pieces):
            object.append("type", "message")
            object.append("status", .string(status))
            object.append("role", "assistant")
            object.append("content", .array(pieces.map { .object(Self.object(of: $0)) }))
        case .reasoning(let summary, let texts, let proof):
            object.append("type", "reasoning")
            object.append("summary", .array(summary.map { ["type": "summary_text", "text": .string($0)] }))
            if !texts.isEmpty {
                object.append("content", .array(texts.map { ["type": "reasoning_text", "text": .string($0)] }))
            }
            object.append("encrypted_content", ifPresent: proof.map { .string($0) })
        case .functionCall(let id, let name, let arguments):
            object.append("type", "function_call")
            object.append("status", .string(status))
            object.append("call_id", .string(id))
            object.append("name", .string(name))
            object.append("arguments", .string(arguments.isEmpty && status != "in_progress" ? "{}" : arguments))
        case .customCall(let id, let name, let input):
            object.append("type", "custom_tool_call")
            object.append("call_id", .string(id))
            object.append("name", .string(name))
            object.append("input", .string(input))
        case .whole(let whole):
            return whole
        }
        object.append(extras: extras)
        return object
    }

    static func object(of piece: Piece) -> JSONObject {
        switch piece {
        case .refusal(let text):
            return ["type": "refusal", "refusal": .string(text)]
        case .text(let text, let annotations, let logprobs, let extras):
            var object: JSONObject = [
                "type": "output_text", "annotations": .array(annotations),
                "logprobs": ResponsesCodec().encode(logprobs), "text": .string(text),
            ]
            object.append(extras: extras)
            return object
        }
    }
}

extension ResponsesItem {
    /// An item that a part is alone; nil for parts that share an item with others, and for those no reply can hold.
    ///
    init?(_ part: ContentPart, _ tools: ResponsesClientTools, fallbackID: String) {
        switch part {
        case .toolCall(let call):
            self.init(call, tools, fallbackID: fallbackID)
        case .foreign(let foreign):
            if foreign.origin == .responses, let object = foreign.value.object {
                self.init(.whole(object), extras: [:], fallbackID: fallbackID)
            } else if let call = ResponsesCodec.customCall(foreign) {
                let content = Content.customCall(
                    id: call["call_id"]?.string ?? "", name: call["name"]?.string ?? "",
                    input: call["input"]?.string ?? "")
                self.init(content, extras: [:], fallbackID: fallbackID)
            } else {
                return nil
            }
        case .media(let media):
            guard media.kind == .image, case .base64(let base64) = media.source else { return nil }
            var object: JSONObject = [
                "id": .string("ig_\(fallbackID)"), "type": "image_generation_call", "status": "completed",
                "result": .string(base64),
            ]
            for member in media.extras.fields(for: .responses) { object[member.key] = member.value }
            self.init(.whole(object), extras: [:], fallbackID: fallbackID)
        case .text, .refusal, .reasoning, .toolResult:
            return nil
        }
    }

    init(_ call: ToolCall, _ tools: ResponsesClientTools, fallbackID: String) {
        let extras = call.extras.fields(for: .responses)
        let content: Content
        if tools.isCustom(call.name) {
            let input = CustomTool.input(ofArguments: call.arguments)
            content = .customCall(id: call.id, name: call.name, input: input)
        } else if tools.isLocalShell(call.name) {
            let item = ResponsesLocalShell.item(id: "lsh_\(fallbackID)", callID: call.id, arguments: call.arguments)
            content = .whole(item)
        } else {
            content = .functionCall(id: call.id, name: call.name, arguments: call.arguments)
        }
        self.init(content, extras: extras, fallbackID: fallbackID)
    }

    /// What proves a thought, for `encrypted_content`: the API's own word, or another provider's under a seal.
    static func proof(of part: ReasoningPart) -> String? {
        guard let proof = part.redacted ?? part.signature else {
            return part.extras?.origin == .responses ? nil : SealedSignature.unproven
        }
        return proof.origin == .responses ? proof.value : SealedSignature(part)?.text
    }
}
