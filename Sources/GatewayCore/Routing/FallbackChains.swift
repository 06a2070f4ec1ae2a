extension Router {
    /// Why a request is to go elsewhere.
    package enum FallbackCause: Sendable, Equatable {
        case failure, contextWindow, contentFilter

        package init(_ failureClass: FailureClass) {
            self =
                switch failureClass {
                case .contextWindow: .contextWindow
                case .contentFilter: .contentFilter
                case .broken, .overloaded, .rateLimited, .credentials, .forbidden, .refused, .stopped: .failure
                }
        }
    }

    /// Where a request for the model may go when `route` has not answered it, in order; never `route` itself.
    ///
    /// - Parameter model: as the client named it.
    package func fallbacks(for model: String, after route: Route, cause: FallbackCause) -> [Route] {
        let table =
            switch cause {
            case .failure: fallbacks.chains
            case .contextWindow: fallbacks.contextWindow
            case .contentFilter: fallbacks.contentFilter
            }
        let general = cause == .failure ? fallbacks.general : []
        let chain = table[model] ?? table["\(route.providerKey)/\(route.model)"] ?? table[route.model] ?? general
        var routes: [Route] = []
        for entry in chain {
            guard let next = self.route(fallback: entry, model: route.model), !next.leadsWhere(route),
                !routes.contains(where: next.leadsWhere)
            else { continue }
            routes.append(next)
        }
        return routes
    }

    /// A provider is asked for the same model; everything else is a name like a client's.
    private func route(fallback entry: String, model: String) -> Route? {
        if let key = keysByName[entry] { return Route(providerKey: key, model: model, rule: .fallback) }
        return route(entry)?.asFallback
    }
}

extension Route {
    fileprivate func leadsWhere(_ other: Route) -> Bool {
        providerKey == other.providerKey && model == other.model
    }
}
