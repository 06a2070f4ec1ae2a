/// What a health check found.
package enum HealthFinding: Sendable, Equatable {
    /// A success: the instance lives, and takes the key.
    case accepted
    /// It lives, and does not take the key.
    case refused
    /// It lives; whether it takes the key is not known (it has no such list, or wants fewer requests).
    case alive
    /// It cannot be reached, falls silent or answers 5xx.
    case dead(ProviderFailure)

    init(status: Int, provider: String) {
        switch status {
        case 200..<300: self = .accepted
        case 401, 403: self = .refused
        case 500...:
            self = .dead(
                ProviderFailure(
                    kind: .server, status: status,
                    message: "A health check of the provider \"\(provider)\" was answered with \(status)."))
        default: self = .alive
        }
    }

    var failure: ProviderFailure? {
        if case .dead(let failure) = self { failure } else { nil }
    }
}

extension InstanceState {
    /// Whether a health check with that key could tell anything: whether it, or the whole instance, is out.
    package func isOut(key: Int, at now: MonotonicInstant) -> Bool {
        !breaker.isAvailable(at: now) && breaker.state != .halfOpen
            || keys.indices.contains(key) && !keys[key].breaker.isAvailable(at: now)
    }
}
