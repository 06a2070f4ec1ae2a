/// The response cache of one configuration: what is kept, and what is under way.
package final class AnswerCache: Sendable {
    let configuration: CacheConfiguration
    let store: any ResponseCache
    /// Whether other gateways have the same store.
    let isShared: Bool
    let flights = AnswerFlights()

    init(_ configuration: CacheConfiguration, store: any ResponseCache, isShared: Bool = false) {
        self.configuration = configuration
        self.store = store
        self.isShared = isShared
    }

    /// Nil when none is configured. What is kept outlives a reload that changes nothing about who answers.
    static func make(
        _ configuration: GatewayConfiguration, older: GatewayState?, shared: (any SharedCache)?
    ) -> AnswerCache? {
        let cache = configuration.cache
        guard cache.isEnabled else { return nil }
        if cache.place == .redis, let shared {
            shared.use(maxBytes: cache.maxBytes)
            if let known = older?.answers, known.isShared, known.configuration == cache { return known }
            return AnswerCache(cache, store: shared, isShared: true)
        }
        guard let older, let known = older.answers, !known.isShared, older.configuration.answersLike(configuration)
        else {
            return AnswerCache(cache, store: MemoryCache(maxBytes: cache.maxBytes))
        }
        return known.configuration == cache ? known : AnswerCache(cache, store: known.store)
    }
}

extension GatewayConfiguration {
    /// Whether a request would be answered by the same model of the same provider, in a cache of the same size.
    fileprivate func answersLike(_ other: GatewayConfiguration) -> Bool {
        routing == other.routing && models == other.models && providers == other.providers
            && cache.maxBytes == other.cache.maxBytes
    }
}

extension Gateway {
    /// Forgets every answer of the response cache; how many there were, or nil where no cache is configured.
    package func clearCache() async -> Int? {
        guard let answers = state.answers else { return nil }
        return await answers.store.clear()
    }
}
