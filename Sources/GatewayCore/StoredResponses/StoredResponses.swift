import Synchronization

/// What the gateway keeps of Responses conversations, in memory, bounded in size and age, and each client key for itself:
/// the turns that it bridged to another API, and which instance made the responses that OpenAI keeps.
package final class StoredResponses: Sendable {
    private struct Key: Hashable {
        var id: String
        var scope: String?
    }

    private let turns: Mutex<BoundedStore<Key, StoredTurn>>
    /// By identifier alone: the provider gives none twice, and whose it is must be known of every one.
    private let origins: Mutex<BoundedStore<String, Origin>>

    /// Where a response of a provider's own is, as far as the client may know.
    enum Keeper: Equatable {
        case instance(InstanceID)
        /// Another client's key asked for it.
        case another
        case unknown
    }

    private struct Origin {
        var instance: InstanceID
        var scope: String?
    }

    /// OpenAI keeps a response for 30 days; an identifier and its instance take about 200 bytes.
    private static let maxOrigins = 50_000
    private static let maxOriginAge: Double = 30 * 86_400
    /// A conversation of more turns is none: its turns would go on from each other in a circle.
    private static let maxTurns = 10_000

    package init(_ configuration: StoredResponsesConfiguration) {
        let maxAge = Double(configuration.maxAge.components.seconds)
        turns = Mutex(BoundedStore(maxCost: configuration.maxBytes, maxAge: maxAge))
        origins = Mutex(BoundedStore(maxCost: Self.maxOrigins, maxAge: Self.maxOriginAge))
    }

    // MARK: Turns

    func keep(_ turn: StoredTurn, as id: String, scope: String?, now: Double) {
        turns.withLock { _ = $0.keep(turn, for: Key(id: id, scope: scope), cost: turn.cost, now: now) }
    }

    func turn(_ id: String, scope: String?, now: Double) -> StoredTurn? {
        turns.withLock { $0.value(for: Key(id: id, scope: scope), now: now) }
    }

    /// The turns up to and with that one, the first one first; nil when one of them is not kept any more.
    func conversation(endingIn id: String, scope: String?, now: Double) -> [StoredTurn]? {
        turns.withLock { store in
            var conversation: [StoredTurn] = []
            var next: String? = id
            while let id = next {
                guard conversation.count < Self.maxTurns,
                    let turn = store.value(for: Key(id: id, scope: scope), now: now)
                else { return nil }
                conversation.append(turn)
                next = turn.previousID
            }
            return conversation.reversed()
        }
    }

    func removeTurn(_ id: String, scope: String?) {
        turns.withLock { $0.remove(Key(id: id, scope: scope)) }
    }

    // MARK: Origins

    func noteOrigin(of id: String, _ instance: InstanceID, scope: String?, now: Double) {
        // Identifiers are the provider's; a longer one is none.
        guard id.utf8.count <= 256 else { return }
        origins.withLock { _ = $0.keep(Origin(instance: instance, scope: scope), for: id, cost: 1, now: now) }
    }

    func keeper(of id: String, scope: String?, now: Double) -> Keeper {
        guard let origin = origins.withLock({ $0.value(for: id, now: now) }) else { return .unknown }
        return origin.scope == scope ? .instance(origin.instance) : .another
    }

    func removeOrigin(of id: String) {
        origins.withLock { $0.remove(id) }
    }
}
