/// What the gateway itself answers of a response that it bridged and keeps.
struct StoredResponseReply {
    var id: String
    /// The turns up to and with the response's own.
    var conversation: [StoredTurn]

    /// Throws what the API would refuse, too.
    func body(_ action: StoredResponseCall.Action, query: String?) throws(ExchangeFailure) -> JSONObject {
        let query = QueryItems(query)
        switch action {
        case .retrieve:
            guard query["stream"] != "true" else {
                throw ExchangeFailure(
                    .invalidRequest("Only responses made in the background can be streamed again.", parameter: "stream")
                )
            }
            return conversation.last?.responseObject ?? [:]
        case .delete:
            return ["id": .string(id), "object": "response", "deleted": true]
        case .cancel:
            throw ExchangeFailure(
                .invalidRequest("Only responses made in the background can be cancelled.", parameter: "response_id"))
        case .inputItems:
            return try list(query)
        }
    }

    // MARK: The list of the input

    private static let standardLimit = 20

    private func list(_ query: QueryItems) throws(ExchangeFailure) -> JSONObject {
        let limit = query["limit"].map { Int($0) ?? 0 } ?? Self.standardLimit
        guard (1...100).contains(limit) else {
            throw ExchangeFailure(.invalidRequest("The limit must be from 1 to 100.", parameter: "limit"))
        }
        var items = inputItems
        if query["order"] != "asc" { items.reverse() }
        var rest = items[...]
        if let after = query["after"], let place = items.firstIndex(where: { $0["id"]?.string == after }) {
            rest = items[(place + 1)...]
        }
        let page = rest.prefix(limit)
        return [
            "object": "list", "data": .array(page.map { .object($0) }),
            "first_id": page.first?["id"] ?? .null, "last_id": page.last?["id"] ?? .null,
            "has_more": .bool(rest.count > limit),
        ]
    }

    private var inputItems: [JSONObject] {
        let earlier = conversation.dropLast().flatMap(\.items)
        let items = earlier + (conversation.last?.inputItems ?? [])
        return items.enumerated().map { place, item in listed(item.object ?? [:], place) }
    }

    /// The item as the API lists it: with an identifier, and messages in their long form.
    private func listed(_ item: JSONObject, _ place: Int) -> JSONObject {
        var item = item
        let isMessage = item["type"] == "message" || item["type"] == nil
        if item["id"] == nil { item["id"] = .string("\(isMessage ? "msg" : "item")_\(id.dropFirst(5))_in\(place)") }
        guard isMessage else { return item }
        item["type"] = "message"
        if item["status"] == nil { item["status"] = "completed" }
        if case .string(let text)? = item["content"] {
            let isOutput = item["role"] == "assistant"
            item["content"] =
                isOutput
                ? [["type": "output_text", "text": .string(text), "annotations": []]]
                : [["type": "input_text", "text": .string(text)]]
        }
        return item
    }
}

/// The items of a query, as far as these calls need them: plain words without escapes.
private struct QueryItems {
    private let items: [Substring]

    init(_ query: String?) {
        items = query?.split(separator: "&") ?? []
    }

    subscript(name: String) -> String? {
        items.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
