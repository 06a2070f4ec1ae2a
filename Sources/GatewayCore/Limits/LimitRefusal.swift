/// A request that a limit does not let pass now.
package struct LimitRefusal: Error, Sendable, Hashable {
    package enum Unit: String, Sendable {
        case requests, tokens, concurrent
        /// The gateway as a whole has too much under way.
        case overload
    }

    package var scope: LimitScope
    package var unit: Unit
    package var limit: Int
    /// When to come back.
    package var retryAfter: Duration
    /// What the limits that the request counts against have left.
    package var standing = LimitStanding()

    package init(scope: LimitScope, unit: Unit, limit: Int, retryAfter: Duration) {
        self.scope = scope
        self.unit = unit
        self.limit = limit
        self.retryAfter = retryAfter
    }

    /// How clients are told: 429, or 503 where it is not the client's doing.
    package var failure: ProviderFailure {
        guard unit != .overload else {
            return ProviderFailure(
                kind: .overloaded, status: 503,
                message: "The gateway has \(limit) requests under way and takes no more now.", retryAfter: retryAfter)
        }
        return ProviderFailure(
            kind: .rateLimited, status: 429,
            message: "\(scope.description) has reached its limit of \(limit) \(unitName).",
            type: unit == .tokens ? "tokens" : "requests", code: "rate_limit_exceeded", retryAfter: retryAfter)
    }

    private var unitName: String {
        switch unit {
        case .requests: "requests a window"
        case .tokens: "tokens a window"
        case .concurrent, .overload: "requests at the same time"
        }
    }
}

extension LimitScope: CustomStringConvertible {
    public var description: String {
        switch self {
        case .gateway: "The gateway"
        case .key(let name): "The key \"\(name)\""
        case .model(let name): "The model \"\(name)\""
        case .provider(let name): "The provider \"\(name)\""
        }
    }
}
