extension ResponsesCodec {
    /// Items stand in the hub's messages as the decoder gathered them.
    package func fieldPlaces(in body: JSONObject) -> FieldPlaces {
        let items = ResponsesItemDecoder(placing: body)
        return FieldPlaces(
            members: [
                "/max_tokens": ["/max_output_tokens"], "/messages": ["/input"],
                "/reasoning": ["/reasoning"], "/reasoning_effort": ["/reasoning/effort"],
                "/thinking": ["/reasoning"], "/thinking/display": ["/reasoning/summary"],
                "/thinking/budget_tokens": ["/reasoning/effort"],
                "/response_format": ["/text/format"], "/response_format/json_schema": ["/text/format"],
                "/logprobs": ["/include"],
            ],
            partMembers: [
                "/name": ["/filename", "/name"], "/arguments": ["/arguments", "/input"],
                "/citations": ["/annotations"], "/id": ["/call_id"],
            ],
            place: { items.place(of: $0) }, outerMember: { items.place(of: $1, of: $0) })
    }

    package var unseenFields: Set<String> { Self.unseenFields }
    private static let unseenFields: Set<String> = [
        "/metadata", "/safety_identifier", "/prompt_cache_key", "/prompt_cache_options", "/prompt_cache_retention",
        "/prompt_cache_breakpoint", "/stream_options", "/phase",
    ]
}

extension ResponsesItemDecoder {
    /// Reads the items again to see which part came from where; what cannot be read ends it.
    fileprivate init(placing body: JSONObject) {
        self.init()
        isPlacing = true
        if let instructions = body["instructions"]?.string, !instructions.isEmpty {
            place([.text(instructions)], at: "/instructions")
            messages.append(.system(instructions))
        }
        if let text = body["input"]?.string {
            place([.text(text)], at: "/input")
            messages.append(.user(text))
        }
        for (index, item) in (body["input"]?.array ?? []).enumerated() {
            // The request was decoded once before: an error cannot come, and would only make pointers coarser.
            guard let reader = try? FieldReader(checking: item, at: "/input/\(index)"), (try? decode(reader)) != nil
            else { return }
        }
    }

    fileprivate func place(of subject: HubSubject) -> String? {
        switch subject {
        case .message(let index):
            index < places.count ? places[index].first?.item : nil
        case .part(let message, let index):
            source(message, index)?.pointer
        case .inner(let message, let part, let index):
            source(message, part).map { $0.hasList ? "\($0.item)/output/\(index)" : "\($0.item)/output" }
        case .tool: nil
        }
    }

    /// Where a member stands that was kept with the first part of what the model said: in the item, or in the part.
    fileprivate func place(of member: String, of subject: HubSubject) -> String? {
        guard case .part(let message, let index) = subject, let source = source(message, index), source.holdsItem else {
            return nil
        }
        let inner = "/\(ResponsesItemExtras.part)"
        if member.hasPrefix(inner + "/") { return source.pointer + member.dropFirst(inner.utf8.count) }
        return Self.itemMembers.contains(member) ? source.item + member : nil
    }

    private static let itemMembers: Set<String> = ["/phase", "/id", "/status", "/type"]

    private func source(_ message: Int, _ part: Int) -> PartSource? {
        guard message < places.count, part < places[message].count else { return nil }
        return places[message][part]
    }
}
