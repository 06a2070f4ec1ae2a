/// The items of one turn of the model while it is being written.
struct ResponsesAssistantItems {
    private enum Open {
        /// Text of other formats, gathered into one message.
        case plain(String)
        case message(JSONObject, content: [JSONValue])
        case reasoning(JSONObject, summary: [JSONValue], content: [JSONValue])
    }

    private var items: [JSONValue] = []
    private var open: Open?
    private var openID: JSONValue?

    var finished: [JSONValue] {
        var whole = self
        whole.close()
        return whole.items
    }

    mutating func add(_ item: JSONValue) {
        close()
        items.append(item)
    }

    mutating func add(_ part: TextPart) {
        guard let extras = part.extras, extras.origin == .responses else { return add(plain: part.text) }
        var item = extras.fields
        let inner = item.removeValue(forKey: ResponsesItemExtras.part)?.object ?? [:]
        guard let id = item["id"] else {
            close()
            var object: JSONObject = ["role": "assistant", "content": .string(part.text)]
            object.append(extras: item)
            items.append(.object(object))
            return
        }
        let citations = part.citations.filter { $0.origin == .responses }.map(\.value)
        var content: JSONObject = [
            "type": "output_text", "text": .string(part.text), "annotations": .array(citations),
        ]
        content.append(extras: inner)
        if case .message(let object, let before)? = open, openID == id {
            open = .message(object, content: before + [.object(content)])
        } else {
            close()
            openID = id
            open = .message(item, content: [.object(content)])
        }
    }

    mutating func add(refusal text: String) {
        if case .message(let object, let before)? = open {
            open = .message(object, content: before + [["type": "refusal", "refusal": .string(text)]])
        } else {
            add(plain: text)
        }
    }

    mutating func add(_ part: ReasoningPart, keepingID: Bool) {
        let extras = part.extras.fields(for: .responses)
        let proof = part.signature ?? part.redacted
        var item: JSONObject
        var summary: [JSONValue] = []
        var content: [JSONValue] = []
        if case .reasoning(let before, let summaries, let contents)? = open, openID != nil, openID == extras["id"] {
            (item, summary, content) = (before, summaries, contents)
        } else {
            close()
            openID = extras["id"]
            item = JSONObject(members: extras.members.filter { $0.key != "type" })
            if !keepingID { item.removeValue(forKey: "id") }
        }
        if extras["type"] == "reasoning_text" {
            content.append(["type": "reasoning_text", "text": .string(part.text)])
        } else if part.redacted == nil, !part.text.isEmpty {
            summary.append(["type": "summary_text", "text": .string(part.text)])
        }
        if let proof { item["encrypted_content"] = .string(proof.value) }
        open = .reasoning(item, summary: summary, content: content)
    }

    private mutating func add(plain text: String) {
        if case .plain(let before)? = open {
            open = .plain(before + text)
        } else {
            close()
            open = .plain(text)
        }
    }

    private mutating func close() {
        switch open {
        case nil: return
        case .plain(let text)?:
            if !text.isEmpty { items.append(["role": "assistant", "content": .string(text)]) }
        case .message(let item, let content)?:
            var object: JSONObject = ["type": "message", "role": "assistant", "content": .array(content)]
            object.append(extras: item)
            items.append(.object(object))
        case .reasoning(let item, let summary, let content)?:
            var object: JSONObject = ["type": "reasoning", "summary": .array(summary)]
            if !content.isEmpty { object.append("content", .array(content)) }
            object.append(extras: item)
            // Without its content the item is only a name, and one that leads nowhere when nothing was stored.
            if object["id"] != nil || object["encrypted_content"] != nil { items.append(.object(object)) }
        }
        open = nil
        openID = nil
    }
}
