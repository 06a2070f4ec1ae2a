/// The names of members that the API takes in snake_case, too, as every API with proto3's JSON does.
enum GeminiFieldNames {
    /// Known members in camelCase; those of other objects and unknown ones stay as they are.
    static func camelCased(_ object: JSONObject) -> JSONObject {
        guard object.contains(where: { $0.key.utf8.contains(UInt8(ascii: "_")) }) else { return object }
        return JSONObject(
            members: object.members.map { member in
                let name = camelCased(member.key)
                return known.contains(name) ? JSONObject.Member(key: name, value: member.value) : member
            })
    }

    private static func camelCased(_ name: String) -> String {
        var words = name.utf8.split(separator: UInt8(ascii: "_")).map { String(Substring($0)) }
        guard words.count > 1 else { return name }
        for index in words.indices.dropFirst() {
            words[index] = words[index].prefix(1).uppercased() + words[index].dropFirst()
        }
        return words.joined()
    }

    /// Names of more than one word; the others are the same in both spellings.
    private static let known: Set<String> = [
        "systemInstruction", "toolConfig", "safetySettings", "generationConfig", "cachedContent", "serviceTier",
        "continuationToken", "modelArmorConfig",
        "topP", "topK", "candidateCount", "maxOutputTokens", "stopSequences", "presencePenalty", "frequencyPenalty",
        "responseLogprobs", "responseMimeType", "responseSchema", "responseJsonSchema", "responseFormat",
        "responseModalities", "mediaResolution", "speechConfig", "imageConfig", "thinkingConfig", "audioTimestamp",
        "audioTranscriptionConfig", "enableEnhancedCivicAnswers", "includeThoughts", "thinkingBudget",
        "thinkingLevel",
        "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult",
        "toolCall", "toolResponse", "thoughtSignature", "videoMetadata", "partMetadata", "documentMetadata",
        "spreadsheetMetadata", "audioMetadata", "speechMetadata", "mediaProcessing", "mimeType", "displayName",
        "fileUri", "partialArgs", "willContinue",
        "functionDeclarations", "parametersJsonSchema", "googleSearch", "googleSearchRetrieval", "urlContext",
        "codeExecution", "googleMaps", "fileSearch", "computerUse", "enterpriseWebSearch", "parallelAiSearch",
        "exaAiSearch", "mcpServers", "functionCallingConfig", "allowedFunctionNames",
        "streamFunctionCallArguments", "retrievalConfig", "includeServerSideToolInvocations",
        "propertyOrdering", "minItems", "maxItems", "minProperties", "maxProperties", "minLength", "maxLength",
        "anyOf", "additionalProperties",
    ]
}

extension FieldReader {
    /// The same object with the names of its known members in camelCase.
    var camelCased: FieldReader {
        FieldReader(GeminiFieldNames.camelCased(object), at: pointer)
    }

    /// The objects under `key`. Of a repeated field a single object may stand for the list, as Google's own samples
    /// have it.
    mutating func geminiReaders(_ key: String) throws(ConversionError) -> [FieldReader]? {
        if peek(key)?.object != nil {
            return try optionalReader(key).map { [$0.camelCased] }
        }
        return try optionalReaders(key)?.map(\.camelCased)
    }

    mutating func geminiReader(_ key: String) throws(ConversionError) -> FieldReader? {
        try optionalReader(key)?.camelCased
    }
}
