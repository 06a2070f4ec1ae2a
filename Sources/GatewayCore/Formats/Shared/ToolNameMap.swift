/// Tool names a format does not take, written in a way it does, and brought back in replies.
///
/// Stateless: the map follows from the request alone, so the names stay the same from turn to turn, which the provider's
/// prompt cache needs. A name that is allowed is never changed; of two names that would meet, each changed one gets a hash.
package struct ToolNameMap: Sendable {
    private var wireNames: [String: String] = [:]
    private var clientNames: [String: String] = [:]
    private let rule: IdentifierRule

    /// Changes nothing.
    package static let identity = ToolNameMap([], rule: IdentifierRule(maximumLength: .max))

    package init(_ names: some Sequence<String>, rule: IdentifierRule) {
        self.rule = rule
        var changed: [String] = []
        var taken: [String: Int] = [:]
        for name in Set(names) {
            if rule.allows(name) {
                taken[name, default: 0] += 1
            } else {
                changed.append(name)
                taken[rule.fitting(name), default: 0] += 1
            }
        }
        for name in changed {
            let fitting = rule.fitting(name)
            let wireName = taken[fitting] == 1 ? fitting : rule.hashed(name)
            wireNames[name] = wireName
            clientNames[wireName] = name
        }
    }

    /// Whether every name stays as it is.
    package var isIdentity: Bool { wireNames.isEmpty }

    /// The name for the wire; a name the request does not have is made to fit by itself.
    package func wireName(for name: String) -> String {
        wireNames[name] ?? rule.fitting(name)
    }

    /// The name the client knows.
    package func clientName(for wireName: String) -> String {
        clientNames[wireName] ?? wireName
    }

    /// Brings the client's names back into a reply.
    package func restore(_ reply: inout ChatReply) {
        guard !isIdentity else { return }
        for candidate in reply.candidates.indices {
            for part in reply.candidates[candidate].parts.indices {
                guard case .toolCall(var call) = reply.candidates[candidate].parts[part] else { continue }
                call.name = clientName(for: call.name)
                reply.candidates[candidate].parts[part] = .toolCall(call)
            }
        }
    }

    /// Brings the client's name back into the event that opens a tool call.
    package func restore(_ event: inout StreamEvent) {
        guard !isIdentity, case .opened(let part, .toolCall(let id, let name)) = event else { return }
        event = .opened(part, .toolCall(id: id, name: clientName(for: name)))
    }
}

extension ChatRequest {
    /// The names of its tools and of the calls in its history.
    func toolNames(by rule: IdentifierRule) -> ToolNameMap {
        var names: [String] = []
        for case .function(let tool) in tools { names.append(tool.name) }
        for message in messages {
            for case .toolCall(let call) in message.parts { names.append(call.name) }
        }
        return ToolNameMap(names, rule: rule)
    }
}
