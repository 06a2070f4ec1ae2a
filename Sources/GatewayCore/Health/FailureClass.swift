/// What a failed attempt says of the instance, of its key and of the request; everything else follows from it.
package enum FailureClass: String, Sendable, Hashable, CaseIterable {
    /// The instance is broken: it cannot be reached, answers 5xx, falls silent, breaks off or breaks its format.
    case broken
    /// The instance has too much to do (503, 529): it is left alone for a moment, and nothing is wrong with it.
    case overloaded
    /// The key has used up its share (429).
    case rateLimited
    /// The key is refused or cannot pay (401, 402): no request with it will be answered.
    case credentials
    /// The key may not use this model (403).
    case forbidden
    /// The request does not fit the model: another model might take it.
    case contextWindow
    /// The provider's filter refused the request: another provider might not.
    case contentFilter
    /// The request is at fault (other 4xx): every instance would say the same.
    case refused
    /// The client left or the gateway is stopping: nothing is learnt.
    case stopped

    package init(_ failure: ProviderFailure) {
        self =
            switch failure.kind {
            case .server, .timeout, .truncated, .malformed: .broken
            case .unavailable: failure.status == 503 ? .overloaded : .broken
            case .overloaded: .overloaded
            case .rateLimited: .rateLimited
            case .authentication, .billing: .credentials
            case .permission: .forbidden
            case .contextWindowExceeded: .contextWindow
            case .contentFiltered: .contentFilter
            case .invalidRequest, .notFound, .conflict, .requestTooLarge: .refused
            case .shuttingDown: .stopped
            }
    }

    /// Whether another key of the same instance might do better.
    package var isOfKey: Bool {
        switch self {
        case .rateLimited, .credentials, .forbidden: true
        case .broken, .overloaded, .contextWindow, .contentFilter, .refused, .stopped: false
        }
    }

    /// Whether another instance might do better with the same model.
    package var isWorthAnotherInstance: Bool {
        switch self {
        case .broken, .overloaded, .rateLimited, .credentials, .forbidden: true
        case .contextWindow, .contentFilter, .refused, .stopped: false
        }
    }

    /// Whether the same instance might do better in a moment.
    package var isWorthWaiting: Bool {
        switch self {
        case .broken, .overloaded, .rateLimited: true
        case .credentials, .forbidden, .contextWindow, .contentFilter, .refused, .stopped: false
        }
    }
}
