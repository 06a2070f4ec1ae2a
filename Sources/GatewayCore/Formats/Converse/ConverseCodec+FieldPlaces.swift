extension ConverseCodec {
    package var unseenFields: Set<String> { Self.unseenFields }
    private static let unseenFields: Set<String> = ["/requestMetadata"]

    /// The system prompt is the hub's first message; blocks stand one for one, but for the cache points between them.
    package func fieldPlaces(in body: JSONObject) -> FieldPlaces {
        FieldPlaces(
            members: Self.memberPlaces, partMembers: Self.partMemberPlaces,
            toolMembers: [
                "/name": ["/toolSpec/name"], "/description": ["/toolSpec/description"],
                "/parameters": ["/toolSpec/inputSchema/json"], "/strict": ["/toolSpec/strict"],
            ],
            place: { subject in
                if case .message(let index) = subject { return Self.message(index, in: body) }
                return Self.place(of: subject, in: body)?.description
            },
            outerMember: { subject, member in
                guard member == "/cache_control", let place = Self.place(of: subject, in: body),
                    let point = place.cachePoint
                else { return nil }
                return "\(place.list)/\(point)/cachePoint"
            })
    }

    private static let memberPlaces: [String: [String]] = [
        "/max_tokens": ["/inferenceConfig/maxTokens"], "/temperature": ["/inferenceConfig/temperature"],
        "/top_p": ["/inferenceConfig/topP"], "/stop": ["/inferenceConfig/stopSequences"],
        "/top_k": ["/additionalModelRequestFields/top_k"],
        "/reasoning": ["/additionalModelRequestFields/thinking", "/outputConfig/effort"],
        "/thinking": ["/additionalModelRequestFields/thinking", "/outputConfig/effort"],
        "/reasoning_effort": ["/outputConfig/effort", "/additionalModelRequestFields/thinking"],
        "/response_format": ["/outputConfig/textFormat"],
        "/response_format/json_schema": ["/outputConfig/textFormat/structure/jsonSchema"],
        "/tools": ["/toolConfig/tools"], "/tool_choice": ["/toolConfig/toolChoice"],
        "/parallel_tool_calls": ["/additionalModelRequestFields/tool_choice"], "/service_tier": ["/serviceTier"],
    ]
    private static let partMemberPlaces: [String: [String]] = [
        "/arguments": ["/toolUse/input"], "/id": ["/toolUse/toolUseId"], "/call_id": ["/toolResult/toolUseId"],
        "/is_error": ["/toolResult/status"], "/name": ["/document/name", "/toolUse/name"],
        "/title": ["/document/name"], "/signature": ["/reasoningContent/reasoningText/signature"],
        "/media_type": ["/image/format", "/document/format", "/video/format", "/audio/format"],
        "/annotations": ["/citationsContent/citations"], "/citations": ["/citationsContent/citations"],
    ]

    /// A block in its list.
    private struct BlockPlace: CustomStringConvertible {
        var list: String
        var index: Int
        var cachePoint: Int?

        var description: String { "\(list)/\(index)" }
    }

    private static func place(of subject: HubSubject, in body: JSONObject) -> BlockPlace? {
        switch subject {
        case .message: nil
        case .part(let index, let part):
            block(part, of: content(of: index, in: body), in: body)
        case .inner(let index, let part, let inner):
            block(part, of: content(of: index, in: body), in: body).flatMap {
                block(inner, of: "\($0)/toolResult/content", in: body)
            }
        case .tool(let index):
            place(index, of: "/toolConfig/tools", in: body, by: decodeTools)
        }
    }

    private static func message(_ index: Int, in body: JSONObject) -> String {
        guard body["system"]?.array?.isEmpty == false else { return "/messages/\(index)" }
        return index == 0 ? "/system" : "/messages/\(index - 1)"
    }

    private static func content(of message: Int, in body: JSONObject) -> String {
        let owner = self.message(message, in: body)
        return owner == "/system" ? owner : "\(owner)/content"
    }

    private static func block(_ index: Int, of pointer: String, in body: JSONObject) -> BlockPlace? {
        place(index, of: pointer, in: body, by: decodeBlocks)
    }

    private static func place<Piece>(
        _ index: Int, of list: String, in body: JSONObject,
        by decode: ([FieldReader]) throws(ConversionError) -> [PlacedPiece<Piece>]
    ) -> BlockPlace? {
        let values = JSONPointer(list).flatMap { JSONValue.object(body)[$0]?.array } ?? []
        // The request was decoded once before: an error cannot come, and would only make pointers coarser.
        guard let pieces = try? decode(values.map { FieldReader($0.object ?? [:]) }), index < pieces.count else {
            return nil
        }
        return BlockPlace(list: list, index: pieces[index].index, cachePoint: pieces[index].cachePoint)
    }
}
