extension ChatRequest {
    /// The identifiers of results whose calls a provider of the format does not get: the call is of a kind that only another
    /// format has, or the client left it out. Providers refuse such results.
    func orphanedResults(for format: WireFormat) -> Set<String> {
        var calls: Set<String> = []
        var orphans: Set<String> = []
        for message in messages {
            for part in message.parts {
                switch part {
                case .toolCall(let call): calls.insert(call.id)
                case .foreign(let foreign) where foreign.origin == format:
                    if let id = foreign.value["id"]?.string { calls.insert(id) }
                case .toolResult(let result):
                    if !calls.contains(result.callID) { orphans.insert(result.callID) }
                case .text, .media, .reasoning, .refusal, .foreign: break
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
