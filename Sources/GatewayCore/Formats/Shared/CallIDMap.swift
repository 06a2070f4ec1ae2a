/// Identifiers of tool calls that a format does not take, written in a way it does: the same for a call and its result, and
/// no two of a conversation alike.
///
/// What is written follows from what stands before it alone, so that a later turn changes nothing of earlier ones.
struct CallIDMap {
    private let rule: IdentifierRule
    private var wireIDs: [String: String] = [:]
    private var written: Set<String> = []

    init(rule: IdentifierRule) {
        self.rule = rule
    }

    /// The identifier for the wire; asked for in the order of the conversation. Of two that would meet, the later one gets a
    /// hash.
    mutating func wireID(of id: String) -> String {
        if let known = wireIDs[id] { return known }
        let fitting = rule.fitting(id)
        let wireID = written.contains(fitting) ? rule.hashed(id) : fitting
        wireIDs[id] = wireID
        written.insert(wireID)
        return wireID
    }
}

extension ChatRequest {
    /// The indexes of tools whose name an earlier tool has: most providers refuse the whole request for one of them.
    var repeatedTools: Set<Int> {
        var names: Set<String> = []
        var repeated: Set<Int> = []
        for (index, tool) in tools.enumerated() {
            guard case .function(let function) = tool, !names.insert(function.name).inserted else { continue }
            repeated.insert(index)
        }
        return repeated
    }

    static let repeatedToolNote = "A tool of the same name stands before it; providers refuse a second one."
}
