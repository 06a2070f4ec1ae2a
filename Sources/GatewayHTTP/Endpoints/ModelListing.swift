import GatewayCore

/// The model list in the shape of each API.
enum ModelListing {
    static func list(_ models: [ModelInfo], _ format: WireFormat, _ page: ModelListPage) -> JSONObject {
        let part = page.select(from: models)
        let entries = JSONValue.array(part.models.map { .object(entry($0, format)) })
        switch format {
        case .openAI, .responses, .completions: return ["object": "list", "data": entries]
        case .anthropic:
            return [
                "data": entries, "has_more": .bool(part.hasMore),
                "first_id": part.models.first.map { .string($0.id) } ?? .null,
                "last_id": part.models.last.map { .string($0.id) } ?? .null,
            ]
        case .gemini:
            var list: JSONObject = ["models": entries]
            if part.hasMore, let last = part.models.last { list.append("nextPageToken", .string(last.id)) }
            return list
        case .converse: return ["modelSummaries": entries]
        }
    }

    static func entry(_ model: ModelInfo, _ format: WireFormat) -> JSONObject {
        switch format {
        case .openAI, .responses, .completions:
            return [
                "id": .string(model.id), "object": "model", "created": .number(JSONNumber(model.created ?? 0)),
                "owned_by": .string(model.provider),
            ]
        case .anthropic:
            return [
                "type": "model", "id": .string(model.id), "display_name": .string(model.displayName ?? model.id),
                "created_at": .string(Timestamp.iso8601(Double(model.created ?? 0))),
            ]
        case .gemini:
            var entry: JSONObject = [
                "name": .string("models/" + model.id), "displayName": .string(model.displayName ?? model.id),
                "supportedGenerationMethods": ["generateContent", "streamGenerateContent"],
            ]
            entry.append("inputTokenLimit", ifPresent: model.inputTokenLimit.map { .number(JSONNumber($0)) })
            entry.append("outputTokenLimit", ifPresent: model.outputTokenLimit.map { .number(JSONNumber($0)) })
            return entry
        case .converse:
            return [
                "modelId": .string(model.id), "modelName": .string(model.displayName ?? model.id),
                "providerName": .string(model.provider), "responseStreamingSupported": true,
            ]
        }
    }
}

/// Which part of the list a client wants: Anthropic's `limit`, `after_id` and `before_id`, Gemini's `pageSize` and
/// `pageToken`. OpenAI's list has one page.
struct ModelListPage {
    private var limit: Int?
    private var after: String?
    private var before: String?

    init(_ target: RequestTarget, _ format: WireFormat) {
        switch format {
        case .openAI, .responses, .completions, .converse: break
        case .anthropic:
            limit = target.queryValue("limit").flatMap(Int.init)
            after = target.queryValue("after_id")
            before = target.queryValue("before_id")
        case .gemini:
            limit = target.queryValue("pageSize").flatMap(Int.init)
            after = target.queryValue("pageToken")
        }
    }

    func select(from models: [ModelInfo]) -> (models: [ModelInfo], hasMore: Bool) {
        var rest = models[...]
        if let after, let place = rest.firstIndex(where: { $0.id == after }) { rest = rest[(place + 1)...] }
        if let before, let place = rest.firstIndex(where: { $0.id == before }) { rest = rest[..<place] }
        let limit = min(max(limit ?? rest.count, 1), 1000)
        return (Array(rest.prefix(limit)), rest.count > limit)
    }
}
