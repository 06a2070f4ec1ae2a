/// OpenAI's `POST /v1/embeddings`, as a client's format and a provider's.
///
/// Source: openai types/embedding_create_params.py, create_embedding_response.py.
struct OpenAIEmbeddings: EmbeddingCodec {
    var maxInputs: Int { 2048 }

    func decodeRequest(_ body: JSONObject) throws(ConversionError) -> EmbeddingRequest {
        var fields = FieldReader(body)
        let model = try fields.string("model")
        guard let input = fields.value("input") else { throw fields.missing("input") }
        var request = EmbeddingRequest(model: model, inputs: try decodeInputs(input))
        request.dimensions = try fields.optionalInt("dimensions")
        request.endUser = try fields.optionalString("user")
        switch try fields.optionalString("encoding_format") {
        case nil, "float"?: break
        case "base64"?: request.encoding = .base64
        case let other?: throw ConversionError("/encoding_format", "must be float or base64, not \(other)")
        }
        return request
    }

    private func decodeInputs(_ input: JSONValue) throws(ConversionError) -> [EmbeddingRequest.Input] {
        switch input {
        case .string(let text): return [.text(text)]
        case .array(let elements):
            guard let first = elements.first else { throw ConversionError("/input", "must not be empty") }
            guard elements.count <= maxInputs || first.number != nil else {
                throw ConversionError("/input", "holds more than \(maxInputs) texts")
            }
            if first.number != nil { return [.tokens(input)] }
            var inputs: [EmbeddingRequest.Input] = []
            for (index, element) in elements.enumerated() {
                switch element {
                case .string(let text): inputs.append(.text(text))
                case .array: inputs.append(.tokens(element))
                default: throw ConversionError("/input/\(index)", "must be a string or tokens")
                }
            }
            return inputs
        default: throw ConversionError("/input", "must be a string or an array")
        }
    }

    func encodeRequest(
        _ request: EmbeddingRequest, model: String, notes: inout [ConversionNote]
    ) -> JSONObject {
        let inputs = request.inputs.map { input in
            switch input {
            case .text(let text): JSONValue.string(text)
            case .tokens(let tokens): tokens
            }
        }
        var body: JSONObject = ["model": .string(model), "input": .array(inputs), "encoding_format": "float"]
        body.append("dimensions", ifPresent: request.dimensions.map { .number(JSONNumber($0)) })
        body.append("user", ifPresent: request.endUser.map { .string($0) })
        if request.task != nil {
            notes.append(ConversionNote(.dropped, "/taskType", "OpenAI's embeddings know no task."))
        }
        if request.title != nil {
            notes.append(ConversionNote(.dropped, "/title", "OpenAI's embeddings know no title."))
        }
        return body
    }

    func decodeReply(_ reply: JSONObject) throws(ConversionError) -> EmbeddingReply {
        guard let data = reply["data"]?.array else { throw ConversionError("/data", "must be an array") }
        var vectors = [[Float]](repeating: [], count: data.count)
        for (place, entry) in data.enumerated() {
            let index = entry["index"]?.int ?? place
            guard vectors.indices.contains(index), let value = entry["embedding"] else {
                throw ConversionError("/data/\(place)", "is no embedding")
            }
            if let base64 = value.string {
                vectors[index] = try Self.floats(base64)
            } else {
                vectors[index] = try value.vector(at: "/data/\(place)/embedding")
            }
        }
        return EmbeddingReply(vectors: vectors, inputTokens: reply["usage"]?["prompt_tokens"]?.int.map { max(0, $0) })
    }

    func encodeReply(_ reply: EmbeddingReply, of request: EmbeddingRequest) -> JSONObject {
        let data = reply.vectors.enumerated().map { index, vector in
            let embedding: JSONValue =
                switch request.encoding {
                case .float: .array(vector.map { .number(JSONNumber($0)) })
                case .base64: .string(Self.base64(vector))
                }
            return JSONValue.object(
                ["object": "embedding", "index": .number(JSONNumber(index)), "embedding": embedding])
        }
        let tokens = JSONValue.number(JSONNumber(reply.inputTokens ?? 0))
        return [
            "object": "list", "data": .array(data), "model": .string(request.model),
            "usage": ["prompt_tokens": tokens, "total_tokens": tokens],
        ]
    }

    private static func base64(_ vector: [Float]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(vector.count * 4)
        for number in vector {
            let bits = number.bitPattern
            for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        }
        return Base64.encode(bytes)
    }

    private static func floats(_ base64: String) throws(ConversionError) -> [Float] {
        guard let bytes = Base64.decode(base64), bytes.count.isMultiple(of: 4) else {
            throw ConversionError("/data", "holds base64 that is none of floats")
        }
        return stride(from: 0, to: bytes.count, by: 4).map { place in
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
            return Float(bitPattern: bits)
        }
    }
}

extension JSONNumber {
    /// The shortest text that reads back as the same float; what JSON cannot say becomes 0.
    init(_ float: Float) {
        self.init(validText: float.isFinite ? Self.text(of: float) : "0")
    }

    /// Swift writes `1e-05`, which JSON takes, and `5.0`.
    private static func text(of float: Float) -> String { float.description }
}
