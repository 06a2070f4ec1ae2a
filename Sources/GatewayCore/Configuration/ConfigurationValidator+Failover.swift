extension ConfigurationValidator {
    /// That fallbacks and rules of balancing lead to something that is there.
    func failover() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        for provider in configuration.balancing.providers.keys.sorted() {
            problems += reference(to: provider, from: .balancing(provider))
        }
        let fallbacks = configuration.routing.fallbacks
        problems += entries(fallbacks.general, from: .fallbackChain)
        for table in FallbackTable.allCases {
            let chains =
                switch table {
                case .fallbacks: fallbacks.chains
                case .contextWindow: fallbacks.contextWindow
                case .contentFilter: fallbacks.contentFilter
                }
            for model in chains.keys.sorted() {
                problems += entries(chains[model] ?? [], from: .fallback(table, model))
            }
        }
        return problems
    }

    private func entries(_ entries: [String], from subject: Subject) -> [ConfigurationProblem] {
        let router = Router(configuration)
        return entries.filter { configuration.provider($0)?.isEnabled != true && router.route($0) == nil }.map {
            entry in
            let near = Suggestion.nearest(to: entry, among: configuration.providers.map(\.key))
            return problem(
                subject, "the fallback '\(entry)' leads to no provider",
                hint: near.map { "did you mean '\($0)'?" }
                    ?? "write a provider, or a model as in \"anthropic/claude-…\"")
        }
    }
}
