import GatewayCore

/// What an Anthropic body is changed to for InvokeModel: the address names the model and whether to stream, the version and
/// the betas of the API's headers stand in the body.
///
/// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
enum InvokeModelBody {
    private static let version = "bedrock-2023-05-31"
    /// More would be a client's mistake.
    private static let maxBetas = 64

    /// - Parameter betas: the client's `anthropic-beta` headers, each a list separated by commas.
    static func adapted(_ body: [UInt8], betas: [String]) throws(ProviderError) -> [UInt8] {
        do {
            let json = try JSONPeek(body)
            var edits: [JSONEdit] = []
            for key in ["model", "stream"] where json[key] != nil {
                edits.append(.remove(JSONPointer(tokens: [key])))
            }
            if json["anthropic_version"] == nil { edits.append(.set("/anthropic_version", .string(version))) }
            var words = json["anthropic_beta"].flatMap { json.tree(of: $0).array }?.compactMap(\.string) ?? []
            let given = words.count
            for word in betas.flatMap({ $0.split(separator: ",") }).map(trimmed)
            where !word.isEmpty && !words.contains(word) && words.count < maxBetas {
                words.append(word)
            }
            if words.count > given {
                edits.append(.set("/anthropic_beta", .array(words.map(JSONValue.string))))
            }
            return try json.bytes(applying: edits)
        } catch {
            throw ProviderError("the body cannot be written for InvokeModel: \(error)")
        }
    }

    private static func trimmed(_ word: Substring) -> String {
        String(word.split(separator: " ").joined(separator: " "))
    }
}
