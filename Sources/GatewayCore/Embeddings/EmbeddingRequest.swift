/// Texts to be turned into vectors, in no provider's format.
package struct EmbeddingRequest: Sendable, Hashable {
    package enum Input: Sendable, Hashable {
        case text(String)
        /// Numbers of a vocabulary that only the model's own vendor knows.
        case tokens(JSONValue)
    }

    package enum Encoding: Sendable, Hashable {
        case float
        /// The vector's 32-bit floats, little-endian, in base64.
        case base64
    }

    package var model: String
    package var inputs: [Input]
    /// How many numbers each vector is to have; nil is the model's own size.
    package var dimensions: Int?
    package var encoding = Encoding.float
    /// What the vectors are for, in Gemini's words: `RETRIEVAL_QUERY`, `RETRIEVAL_DOCUMENT`, `CLUSTERING`, ...
    package var task: String?
    package var title: String?
    package var endUser: String?

    package init(model: String, inputs: [Input]) {
        self.model = model
        self.inputs = inputs
    }

    /// The texts; throws for an input that is none.
    func texts() throws(ConversionError) -> [String] {
        var texts: [String] = []
        texts.reserveCapacity(inputs.count)
        for (index, input) in inputs.enumerated() {
            guard case .text(let text) = input else {
                throw ConversionError(
                    "/input/\(index)", "is given as tokens, which only the model's own provider can read: send text")
            }
            texts.append(text)
        }
        return texts
    }
}

/// The vectors, in the order of the inputs.
package struct EmbeddingReply: Sendable, Hashable {
    package var vectors: [[Float]]
    /// Nil where the provider did not say.
    package var inputTokens: Int?

    package init(vectors: [[Float]], inputTokens: Int? = nil) {
        self.vectors = vectors
        self.inputTokens = inputTokens
    }

    /// Adds what another request of the same batch gave.
    mutating func append(_ other: EmbeddingReply) {
        vectors += other.vectors
        inputTokens = inputTokens.flatMap { mine in other.inputTokens.map { mine + $0 } }
    }
}

/// The formats in which embeddings are asked for.
public enum EmbeddingFormat: String, Sendable, Hashable, CaseIterable {
    /// `POST /v1/embeddings`.
    case openAI
    /// Gemini's `:batchEmbedContents`.
    case gemini
    /// Bedrock's InvokeModel with Amazon's Titan models.
    case titan
    /// Bedrock's InvokeModel with Cohere's models.
    case cohere

    var codec: any EmbeddingCodec {
        switch self {
        case .openAI: OpenAIEmbeddings()
        case .gemini: GeminiEmbeddings()
        case .titan: TitanEmbeddings()
        case .cohere: CohereEmbeddings()
        }
    }
}

/// One format of embeddings towards a provider.
protocol EmbeddingCodec: Sendable {
    /// How many inputs a request may have.
    var maxInputs: Int { get }

    func encodeRequest(
        _ request: EmbeddingRequest, model: String, notes: inout [ConversionNote]
    ) throws(ConversionError) -> JSONObject

    func decodeReply(_ reply: JSONObject) throws(ConversionError) -> EmbeddingReply
}

extension JSONValue {
    /// The numbers of an array; throws for anything else.
    func vector(at pointer: String) throws(ConversionError) -> [Float] {
        guard case .array(let elements) = self else { throw ConversionError(pointer, "must be an array of numbers") }
        var vector: [Float] = []
        vector.reserveCapacity(elements.count)
        for element in elements {
            guard let number = element.number?.double else { throw ConversionError(pointer, "must hold numbers alone") }
            vector.append(Float(number))
        }
        return vector
    }
}
