extension ChatRequest {
    /// The identifiers of results whose calls a provider of the format does not get: the call is of a kind that only another
    /// format has, or the client left it out. Providers refuse such results.
    func orphanedResults(for format: WireFormat) -> Set<String> {
        orphanedResults { $0.origin == format ? $0.value["id"]?.string : nil }
    }

    /// - Parameter callID: the identifier of a foreign call that goes along; nil for every other part.
    func orphanedResults(callID: (Foreign) -> String?) -> Set<String> {
        var calls: Set<String> = []
        var orphans: Set<String> = []
        for message in messages {
            for part in message.parts {
                switch part {
                case .toolCall(let call): calls.insert(call.id)
                case .foreign(let foreign):
                    if let id = callID(foreign) { calls.insert(id) }
                case .toolResult(let result):
                    if !calls.contains(result.callID) { orphans.insert(result.callID) }
                case .text, .media, .reasoning, .refusal: break
                }
            }
        }
        return orphans
    }
}

extension ToolResult {
    static let orphanNote = "The call it answers does not go along; the result is told as text."

    /// For where it cannot stand as a result.
    var toldAsText: String { "Result of the tool \(name ?? callID): \(content.joinedText)" }
}
