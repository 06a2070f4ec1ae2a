/// Gemini's `:embedContent` and `:batchEmbedContents`, as a client's format and a provider's.
///
/// Source: https://ai.google.dev/api/embeddings, google-genai _EmbedContentParameters_to_mldev.
struct GeminiEmbeddings: EmbeddingCodec {
    var maxInputs: Int { 100 }

    /// - Parameter model: from the address.
    func decodeRequest(_ body: JSONObject, model: String) throws(ConversionError) -> EmbeddingRequest {
        let entries: [JSONValue]
        if let content = body["requests"] {
            guard case .array(let requests) = content, !requests.isEmpty else {
                throw ConversionError("/requests", "must be an array that is not empty")
            }
            entries = requests
        } else {
            entries = [.object(body)]
        }
        var request = EmbeddingRequest(model: model, inputs: [])
        for (index, entry) in entries.enumerated() {
            let pointer = body["requests"] == nil ? "" : "/requests/\(index)"
            guard let parts = entry["content"]?["parts"]?.array else {
                throw ConversionError(pointer + "/content/parts", "is required")
            }
            var text = ""
            for part in parts {
                guard let piece = part["text"]?.string else {
                    throw ConversionError(pointer + "/content/parts", "must hold text")
                }
                text += piece
            }
            request.inputs.append(.text(text))
            let config = entry["embedContentConfig"] ?? entry
            request.dimensions = (config["outputDimensionality"] ?? config["output_dimensionality"])?.int
            request.task = (config["taskType"] ?? config["task_type"])?.string
            request.title = config["title"]?.string
        }
        return request
    }

    func encodeRequest(
        _ request: EmbeddingRequest, model: String, notes: inout [ConversionNote]
    ) throws(ConversionError) -> JSONObject {
        let name = model.contains("/") ? model : "models/" + model
        let requests = try request.texts().map { text in
            var entry: JSONObject = ["model": .string(name), "content": ["parts": [["text": .string(text)]]]]
            entry.append("taskType", ifPresent: request.task.map { .string($0) })
            entry.append("title", ifPresent: request.title.map { .string($0) })
            entry.append("outputDimensionality", ifPresent: request.dimensions.map { .number(JSONNumber($0)) })
            return JSONValue.object(entry)
        }
        if request.endUser != nil {
            notes.append(ConversionNote(.dropped, "/user", "Gemini's embeddings have no user.", level: .info))
        }
        return ["requests": .array(requests)]
    }

    func decodeReply(_ reply: JSONObject) throws(ConversionError) -> EmbeddingReply {
        var vectors: [[Float]] = []
        let embeddings = reply["embeddings"]?.array ?? reply["embedding"].map { [$0] }
        guard let embeddings else { throw ConversionError("/embeddings", "must be an array") }
        for (index, embedding) in embeddings.enumerated() {
            vectors.append(try (embedding["values"] ?? .null).vector(at: "/embeddings/\(index)/values"))
        }
        return EmbeddingReply(
            vectors: vectors, inputTokens: reply["usageMetadata"]?["promptTokenCount"]?.int.map { max(0, $0) })
    }

    /// - Parameter isBatch: whether the client asked for several.
    func encodeReply(_ reply: EmbeddingReply, isBatch: Bool) -> JSONObject {
        let values = reply.vectors.map { vector in
            JSONValue.object(["values": .array(vector.map { .number(JSONNumber($0)) })])
        }
        return isBatch ? ["embeddings": .array(values)] : ["embedding": values.first ?? ["values": []]]
    }
}
