extension OpenAICodec {
    package var unseenFields: Set<String> { Self.unseenFields }
    private static let unseenFields: Set<String> = [
        "/metadata", "/store", "/safety_identifier", "/prompt_cache_key", "/prompt_cache_options",
        "/prompt_cache_retention", "/prompt_cache_breakpoint", "/stream_options/include_obfuscation",
    ]

    /// A custom tool takes any text unless told otherwise.
    package func isBookkeeping(_ member: JSONObject.Member) -> Bool {
        member.key == "format" && member.value == ["type": "text"]
    }

    /// Messages stand as in the hub; their parts come from several members, and the deprecated functions behind the tools.
    package func fieldPlaces(in body: JSONObject) -> FieldPlaces {
        FieldPlaces(
            members: [
                "/max_tokens": ["/max_completion_tokens", "/max_tokens"],
                "/reasoning": ["/reasoning_effort"],
                "/thinking/budget_tokens": ["/reasoning_effort"],
                "/tool_choice": ["/tool_choice", "/function_call"], "/tools": ["/tools", "/functions"],
            ],
            partMembers: [
                "/detail": ["/image_url/detail"], "/arguments": ["/function/arguments", "/custom/input", "/arguments"],
                "/name": ["/file/filename", "/function/name", "/custom/name", "/name"], "/call_id": ["/tool_call_id"],
            ],
            toolMembers: [
                "/name": ["/function/name", "/custom/name"],
                "/description": ["/function/description", "/custom/description"],
                "/parameters": ["/function/parameters"], "/strict": ["/function/strict"],
            ],
            place: { Self.place(of: $0, in: body) }, outerMember: { Self.outerMember($1, of: $0, in: body) })
    }

    /// A cache breakpoint may stand beside the content, which is then the last part's.
    private static func outerMember(_ path: String, of subject: HubSubject, in body: JSONObject) -> String? {
        guard case .part(let index, let part) = subject, path.hasPrefix("/cache_control"),
            let message = body["messages"]?[index], message["cache_control"] != nil,
            message["content"]?[part]?["cache_control"] == nil
        else { return nil }
        return "/messages/\(index)\(path)"
    }

    private static func place(of subject: HubSubject, in body: JSONObject) -> String? {
        switch subject {
        case .message: nil
        case .part(let index, let part):
            body["messages"]?[index].flatMap { self.part(part, of: $0, at: "/messages/\(index)") }
        case .inner(let index, _, let part):
            body["messages"]?[index].flatMap { content(part, of: $0, at: "/messages/\(index)") }
        case .tool(let index):
            tool(index, in: body)
        }
    }

    private static func tool(_ index: Int, in body: JSONObject) -> String? {
        let count = body["tools"]?.array?.count ?? 0
        return index < count ? nil : "/functions/\(index - count)"
    }

    /// In the order in which `decodeAssistantParts` reads them. A message of a tool is one result.
    private static func part(_ index: Int, of message: JSONValue, at pointer: String) -> String? {
        if message["role"] == "tool" || message["role"] == "function" { return pointer }
        guard message["role"] == "assistant" else { return content(index, of: message, at: pointer) }
        var index = index
        if message["reasoning_content"]?.string?.isEmpty == false {
            if index == 0 { return "\(pointer)/reasoning_content" }
            index -= 1
        }
        if let place = content(index, of: message, at: pointer) { return place }
        index -= contentCount(of: message)
        if message["refusal"]?.string != nil {
            if index == 0 { return "\(pointer)/refusal" }
            index -= 1
        }
        let calls = message["tool_calls"]?.array?.count ?? 0
        return index < calls ? "\(pointer)/tool_calls/\(index)" : "\(pointer)/function_call"
    }

    private static func content(_ index: Int, of message: JSONValue, at pointer: String) -> String? {
        guard index < contentCount(of: message) else { return nil }
        return message["content"]?.string == nil ? "\(pointer)/content/\(index)" : "\(pointer)/content"
    }

    private static func contentCount(of message: JSONValue) -> Int {
        switch message["content"] {
        case .string(let text)?: text.isEmpty ? 0 : 1
        case .array(let parts)?: parts.count
        default: 0
        }
    }
}
