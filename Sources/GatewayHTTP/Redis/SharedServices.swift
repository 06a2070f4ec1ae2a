import GatewayCore

/// What a gateway shares with others, as its configuration says, on event loops of its owner's.
package final class SharedServices: Sendable {
    private let state: RedisState
    private let cache: RedisCache

    /// Nil when the configuration shares nothing.
    ///
    /// - Parameters:
    ///   - group: one of its loops carries the connections. It must run before anything is asked.
    ///   - changed: told when a connection is lost, with the reason, and when it is there.
    /// - Throws: what is wrong with the authorities that a TLS server is verified by.
    package convenience init?(
        _ configuration: GatewayConfiguration, group: EventLoopGroup,
        changed: @escaping @Sendable (SharedStanding.Use, RedisChange) -> Void = { _, _ in }
    ) throws(TLSError) {
        try self.init(configuration, group: group, runner: nil, changed: changed)
    }

    /// - Parameter runner: runs the group for as long as anything is shared; nil where its owner does.
    init?(
        _ configuration: GatewayConfiguration, group: EventLoopGroup, runner: LoopRunner?,
        changed: @escaping @Sendable (SharedStanding.Use, RedisChange) -> Void = { _, _ in }
    ) throws(TLSError) {
        guard let shared = configuration.shared else { return nil }
        let tls = shared.redis.isEncrypted ? try TLSClientContext(authorities: shared.certificateAuthorities) : nil
        state = RedisState(shared, tls: tls, loop: group.anyLoop(), runner: runner) { changed(.state, $0) }
        cache = RedisCache(shared, tls: tls, loop: group.anyLoop(), runner: runner) { changed(.cache, $0) }
    }

    package func add(to services: inout GatewayServices) {
        services.sharedState = state
        services.sharedCache = cache
    }

    /// Begins to connect; returns at once. The cache connects when a configuration uses it.
    package func start() { state.start() }

    package func close() {
        state.close()
        cache.close()
    }
}
