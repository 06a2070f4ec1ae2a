/// Whose request it is, and which conversation it belongs to, as far as the client says: what sticky sessions go by.
package struct ClientSession: Sendable, Equatable {
    /// The name of the client's key.
    package var keyName: String?
    package var conversation: String?

    /// Longer ones are taken for none.
    private static let maxLength = 256

    package init(keyName: String? = nil, conversation: String? = nil) {
        self.keyName = keyName
        self.conversation = conversation
    }

    /// Looks at the headers `x-session-id` and `x-conversation-id`, then at where Codex and Claude Code tell their session: a
    /// header, and Anthropic's `metadata.user_id`. What Codex gives back of a model's thoughts is encrypted for the organisation
    /// that the model was asked by, so that it must stay with it.
    ///
    /// Source: openai/codex, codex-rs/codex-api/src/requests/headers.rs
    init(_ call: InboundCall, _ json: JSONPeek) {
        keyName = call.client.keyName
        conversation =
            (call.headers["x-session-id"] ?? call.headers["x-conversation-id"]).flatMap(Self.checked)
            ?? Self.ownSession(call, json)
    }

    /// Who must be remembered for a pool with that rule; nil when the request may go anywhere.
    package func key(for pool: InstancePool) -> StickySessions.Key? {
        guard pool.instances.count > 1 else { return nil }
        switch pool.stickiness {
        case .off: return nil
        case .key: return keyName.map { StickySessions.Key(provider: pool.providerKey, session: "key " + $0) }
        case .conversation:
            // Another client's conversation may have the same name.
            return conversation.map {
                StickySessions.Key(provider: pool.providerKey, session: "\(keyName ?? "") \($0)")
            }
        }
    }

    private static func ownSession(_ call: InboundCall, _ json: JSONPeek) -> String? {
        switch call.format {
        case .responses: (call.headers["session_id"] ?? call.headers["session-id"]).flatMap(checked)
        case .anthropic: anthropicSession(in: json)
        case .openAI, .completions, .gemini, .converse: nil
        }
    }

    private static func anthropicSession(in json: JSONPeek) -> String? {
        guard let metadata = json["metadata"], let value = json["user_id", in: metadata], let user = json.string(value)
        else { return nil }
        return session(ofUser: user)
    }

    /// `user_…_account_…_session_ID`, or a JSON object with a `session_id`.
    static func session(ofUser user: String) -> String? {
        if user.utf8.first == UInt8(ascii: "{") {
            // Text that only looks like JSON names no session.
            return (try? JSONValue(parsing: Array(user.utf8)))?["session_id"]?.string.flatMap(checked)
        }
        let mark = Array("session_".utf8)
        let bytes = Array(user.utf8)
        guard let start = (0..<max(bytes.count - mark.count, 0)).last(where: { bytes[$0...].starts(with: mark) }) else {
            return nil
        }
        return checked(String(decoding: bytes[(start + mark.count)...], as: UTF8.self))
    }

    private static func checked(_ text: String) -> String? {
        text.isEmpty || text.utf8.count > maxLength ? nil : text
    }
}
