extension InstancePool {
    /// Where a session's next request goes first.
    package enum Destination: Sendable, Equatable {
        /// To the instance that answered it last.
        case current
        /// Back to the one it yielded from.
        case home(String)
        /// To whom the policy says: the one it is with was only the second choice.
        case anew
    }

    /// A conversation that has asked nothing for so long has no prompt cache left to lose: Anthropic and OpenAI keep them for
    /// five minutes after their last use.
    private static let cacheLifetime = Duration.seconds(300)

    /// Sessions yield at once and return one by one: each when its own patience, counted from the moment at which the instance
    /// could be asked again, is over. A conversation returns only in a pause that has cost it its prompt cache anyway.
    package func destination(
        of bond: StickySessions.Bond, for model: String, at now: MonotonicInstant
    ) -> Destination {
        guard let current = instances.firstIndex(where: { $0.name == bond.instance }) else { return .anew }
        let priority = instances[current].configuration.priority
        let isSecondChoice = priority > instances[0].configuration.priority
        guard bond.home != nil || isSecondChoice else { return .current }
        if stickiness == .conversation, now - bond.usedAt < Self.cacheLifetime { return .current }
        func isDue(_ instance: ProviderInstance) -> Bool {
            guard let ready = instance.health.withState({ $0.readySince(for: model, at: now) }) else { return false }
            return now - max(ready, bond.since) >= bond.patience
        }
        if let home = bond.home, let instance = instances.first(where: { $0.name == home }),
            instance.configuration.priority <= priority, isDue(instance)
        {
            return .home(home)
        }
        guard isSecondChoice else { return .current }
        let isAnyDue = instances.prefix { $0.configuration.priority < priority }.contains(where: isDue)
        return isAnyDue ? .anew : .current
    }
}
