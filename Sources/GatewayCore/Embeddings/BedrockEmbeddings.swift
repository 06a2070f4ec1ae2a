/// Amazon's Titan text embeddings by InvokeModel: one text a request.
///
/// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
struct TitanEmbeddings: EmbeddingCodec {
    var maxInputs: Int { 1 }

    func encodeRequest(
        _ request: EmbeddingRequest, model: String, notes: inout [ConversionNote]
    ) throws(ConversionError) -> JSONObject {
        guard let text = try request.texts().first else { throw ConversionError("/input", "must not be empty") }
        var body: JSONObject = ["inputText": .string(text)]
        if let dimensions = request.dimensions {
            // The first version has one size and refuses the member.
            if model.contains("titan-embed-text-v1") {
                notes.append(ConversionNote(.dropped, "/dimensions", "Titan v1 gives vectors of 1536 numbers."))
            } else {
                body.append("dimensions", .number(JSONNumber(dimensions)))
            }
        }
        request.noteWhatBedrockLacks(&notes)
        return body
    }

    func decodeReply(_ reply: JSONObject) throws(ConversionError) -> EmbeddingReply {
        EmbeddingReply(
            vectors: [try (reply["embedding"] ?? .null).vector(at: "/embedding")],
            inputTokens: reply["inputTextTokenCount"]?.int.map { max(0, $0) })
    }
}

/// Cohere's embeddings by InvokeModel.
///
/// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
struct CohereEmbeddings: EmbeddingCodec {
    var maxInputs: Int { 96 }

    func encodeRequest(
        _ request: EmbeddingRequest, model: String, notes: inout [ConversionNote]
    ) throws(ConversionError) -> JSONObject {
        var body: JSONObject = [
            "texts": .array(try request.texts().map { .string($0) }),
            "input_type": .string(Self.inputType(request.task)),
            "embedding_types": ["float"],
        ]
        if let dimensions = request.dimensions {
            if model.contains("-v3") {
                notes.append(ConversionNote(.dropped, "/dimensions", "This model gives vectors of one size."))
            } else {
                body.append("output_dimension", .number(JSONNumber(dimensions)))
            }
        }
        if request.task == nil {
            notes.append(
                ConversionNote(
                    .changed, "/input", "Cohere wants to know what the vectors are for: documents to be found.",
                    level: .info))
        }
        request.noteWhatBedrockLacks(&notes)
        return body
    }

    private static func inputType(_ task: String?) -> String {
        switch task {
        case "RETRIEVAL_QUERY"?, "QUESTION_ANSWERING"?, "CODE_RETRIEVAL_QUERY"?: "search_query"
        case "CLASSIFICATION"?: "classification"
        case "CLUSTERING"?: "clustering"
        default: "search_document"
        }
    }

    func decodeReply(_ reply: JSONObject) throws(ConversionError) -> EmbeddingReply {
        let embeddings = reply["embeddings"]?["float"]?.array ?? reply["embeddings"]?.array
        guard let embeddings else { throw ConversionError("/embeddings", "must be an array") }
        var vectors: [[Float]] = []
        for (index, vector) in embeddings.enumerated() {
            vectors.append(try vector.vector(at: "/embeddings/\(index)"))
        }
        return EmbeddingReply(vectors: vectors)
    }
}

extension EmbeddingRequest {
    fileprivate func noteWhatBedrockLacks(_ notes: inout [ConversionNote]) {
        if endUser != nil {
            notes.append(ConversionNote(.dropped, "/user", "Bedrock's embeddings have no user.", level: .info))
        }
        if title != nil { notes.append(ConversionNote(.dropped, "/title", "Bedrock's embeddings know no title.")) }
    }
}
