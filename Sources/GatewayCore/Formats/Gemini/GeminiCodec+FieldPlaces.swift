extension GeminiCodec {
    package var unseenFields: Set<String> { Self.unseenFields }
    private static let unseenFields: Set<String> = ["/labels", "/store", "/partMetadata"]

    /// The system instruction is the hub's first message; parts stand one for one, functions in the objects of `tools`.
    package func fieldPlaces(in body: JSONObject) -> FieldPlaces {
        FieldPlaces(
            members: Self.memberPlaces, partMembers: Self.partMemberPlaces,
            toolMembers: ["/parameters": ["/parameters", "/parametersJsonSchema"]],
            place: { Self.place(of: $0, in: body) })
    }

    private static let memberPlaces: [String: [String]] = [
        "/temperature": ["/generationConfig/temperature"], "/top_p": ["/generationConfig/topP"],
        "/top_k": ["/generationConfig/topK"], "/seed": ["/generationConfig/seed"],
        "/presence_penalty": ["/generationConfig/presencePenalty"],
        "/frequency_penalty": ["/generationConfig/frequencyPenalty"],
        "/n": ["/generationConfig/candidateCount"], "/logprobs": ["/generationConfig/responseLogprobs"],
        "/top_logprobs": ["/generationConfig/logprobs"], "/max_tokens": ["/generationConfig/maxOutputTokens"],
        "/stop": ["/generationConfig/stopSequences"],
        "/reasoning": ["/generationConfig/thinkingConfig"], "/thinking": ["/generationConfig/thinkingConfig"],
        "/reasoning_effort": [
            "/generationConfig/thinkingConfig/thinkingLevel", "/generationConfig/thinkingConfig/thinkingBudget",
        ],
        "/thinking/display": ["/generationConfig/thinkingConfig/includeThoughts"],
        "/thinking/budget_tokens": ["/generationConfig/thinkingConfig/thinkingBudget"],
        "/response_format": ["/generationConfig/responseMimeType"],
        "/response_format/json_schema/schema": [
            "/generationConfig/responseJsonSchema", "/generationConfig/responseSchema",
        ],
        "/tool_choice": ["/toolConfig/functionCallingConfig"], "/service_tier": ["/serviceTier"],
        "/messages": ["/contents"],
    ]
    private static let partMemberPlaces: [String: [String]] = [
        "/arguments": ["/functionCall/args"], "/signature": ["/thoughtSignature"],
        "/media_type": ["/fileData/mimeType", "/inlineData/mimeType"],
        "/is_error": ["/functionResponse/response"], "/id": ["/functionCall/id"],
        "/call_id": ["/functionResponse/id"],
        "/name": ["/inlineData/displayName", "/fileData/displayName", "/functionCall/name", "/functionResponse/name"],
    ]

    private static func place(of subject: HubSubject, in body: JSONObject) -> String? {
        switch subject {
        case .message(let index):
            message(index, in: body)
        case .part(let index, let part):
            "\(message(index, in: body))/parts/\(part)"
        case .inner(let index, let part, let inner):
            inner == 0
                ? "\(message(index, in: body))/parts/\(part)/functionResponse/response"
                : "\(message(index, in: body))/parts/\(part)/functionResponse/parts/\(inner - 1)"
        case .tool(let index):
            tool(index, in: body)
        }
    }

    private static func message(_ index: Int, in body: JSONObject) -> String {
        let system = GeminiFieldNames.camelCased(body)["systemInstruction"]?["parts"]
        let hasSystem = system?.array.map { !$0.isEmpty } ?? (system?.object != nil)
        guard hasSystem else { return "/contents/\(index)" }
        return index == 0 ? "/systemInstruction" : "/contents/\(index - 1)"
    }

    /// In the order of `decodeTools`: the functions of an object, then the rest of it as one.
    private static func tool(_ index: Int, in body: JSONObject) -> String? {
        var place = 0
        for (position, tool) in (body["tools"]?.array ?? []).enumerated() {
            guard let object = tool.object.map(GeminiFieldNames.camelCased) else { continue }
            let count = object["functionDeclarations"]?.array?.count ?? 0
            if index < place + count { return "/tools/\(position)/functionDeclarations/\(index - place)" }
            place += count
            guard object.contains(where: { $0.key != "functionDeclarations" }) else { continue }
            if index == place { return "/tools/\(position)" }
            place += 1
        }
        return nil
    }
}
