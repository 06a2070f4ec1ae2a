/// A format with a request for the number of tokens of another request.
package protocol TokenCountCodec: WireCodec {
    /// The request whose tokens a client wants to know.
    func decodeCountRequest(_ body: JSONObject, model: String?) throws(ConversionError) -> ChatRequest

    /// What counting takes of a whole request.
    func countRequest(of request: JSONObject, model: String) -> JSONObject

    /// Nil where the reply tells no number.
    func decodeTokenCount(_ reply: JSONObject) -> Int?

    func encodeTokenCount(_ count: Int) -> JSONObject
}

extension TokenCountCodec {
    package func decodeCountRequest(_ body: JSONObject, model: String?) throws(ConversionError) -> ChatRequest {
        try decodeRequest(body, model: model)
    }
}

extension JSONObject {
    /// The members of these names alone, in their own order.
    func keeping(_ names: Set<String>) -> JSONObject {
        JSONObject(members: members.filter { names.contains($0.key) })
    }
}

/// How many input tokens a request has.
public struct TokenCount: Sendable, Hashable {
    public var tokens: Int
    /// Whether the gateway estimated it, because the model's provider does not count.
    public var isEstimate: Bool

    public init(tokens: Int, isEstimate: Bool) {
        self.tokens = tokens
        self.isEstimate = isEstimate
    }
}
