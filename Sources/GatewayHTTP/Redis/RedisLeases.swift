import GatewayCore
import Synchronization

/// The places that this gateway's requests hold under limits of concurrency. They are renewed three times within a lease, so
/// that those of a gateway that was killed are free again when theirs is over.
final class RedisLeases: Sendable {
    private struct State {
        /// The claims in each scope's places, by the key of the places.
        var claims: [[UInt8]: Set<String>] = [:]
    }

    private let state = Mutex(State())
    private let lease: Duration
    private let client = Mutex<RedisClient?>(nil)

    /// Claims that one command renews.
    private static let batch = 500

    init(lease: Duration) {
        self.lease = lease
    }

    func add(_ claim: String, in places: [UInt8]) {
        state.withLock { _ = $0.claims[places, default: []].insert(claim) }
    }

    func remove(_ claim: String, from places: [UInt8]) {
        state.withLock { state in
            state.claims[places]?.remove(claim)
            if state.claims[places]?.isEmpty == true { state.claims[places] = nil }
        }
    }

    func start(_ client: RedisClient) {
        self.client.withLock { $0 = client }
        client.every(lease / 3) { [weak self] in self?.renew() ?? false }
    }

    func stop() {
        client.withLock { $0 = nil }
    }

    /// Before anything else is asked over a new connection.
    func renewSoon() {
        _ = renew()
    }

    /// False when there will be nothing more to renew.
    private func renew() -> Bool {
        guard let client = client.withLock({ $0 }) else { return false }
        guard client.standing.isConnected else { return true }
        // Under the lock, so that what is removed meanwhile is given back behind its renewal and not before it.
        state.withLock { send($0.claims, client) }
        return true
    }

    private func send(_ claims: [[UInt8]: Set<String>], _ client: RedisClient) {
        for (places, names) in claims {
            var arguments = [[UInt8](lease.milliseconds)]
            for name in names {
                arguments.append(Array(name.utf8))
                guard arguments.count > Self.batch else { continue }
                client.send(RedisCommand(.renew, keys: [places], arguments: arguments))
                arguments.removeSubrange(1...)
            }
            if arguments.count > 1 { client.send(RedisCommand(.renew, keys: [places], arguments: arguments)) }
        }
    }
}
