/// One turn of a bridged Responses conversation: what the client sent and what it was answered.
struct StoredTurn: Sendable {
    /// The response that the turn went on from.
    var previousID: String?
    /// The turn's own input, a JSON array of items.
    var input: [UInt8]
    /// The whole response as it was told.
    var response: [UInt8]

    /// What the turn takes in memory, about.
    var cost: Int { input.count + response.count + 512 }

    init(previousID: String?, input: [JSONValue], response: JSONObject) {
        self.previousID = previousID
        self.input = JSONValue.array(input).serialized()
        self.response = response.serialized()
    }

    var inputItems: [JSONValue] { Self.parsed(input).array ?? [] }

    var responseObject: JSONObject { Self.parsed(response).object ?? [:] }

    /// The items to go on from: the input, and the output without thoughts that prove nothing, which OpenAI itself would
    /// look for in its own storage.
    var items: [JSONValue] {
        let output = responseObject["output"]?.array ?? []
        return inputItems
            + output.filter { item in
                guard item["type"] == "reasoning" else { return true }
                let proof = item["encrypted_content"]?.string
                return proof != nil && proof != SealedSignature.unproven
            }
    }

    /// The gateway wrote the text itself, so it cannot fail.
    private static func parsed(_ text: [UInt8]) -> JSONValue { (try? JSONValue(parsing: text)) ?? .null }
}

extension JSONPeek {
    /// The items of a Responses request's `input`, of which a string is one; empty where there is none.
    var inputItems: [JSONValue] {
        guard let input = self["input"] else { return [] }
        return switch tree(of: input) {
        case .string(let text): [["role": "user", "content": .string(text)]]
        case .array(let items): items
        case .null, .bool, .number, .object: []
        }
    }
}
