/// Why a request of an embedding program got no reply.
public enum GatewayError: Error, Sendable {
    /// The provider refused the credentials the gateway has for it.
    case authentication(provider: String, ProviderFailure)
    case rateLimited(retryAfter: Duration?, ProviderFailure)
    case timeout(ProviderFailure)
    /// The request is at fault: it names no known model, or holds what the provider refuses.
    case invalidRequest(message: String, ProviderFailure)
    /// The conversion would have lost something, and the policy is strict; nothing was sent.
    case conversionLoss([ConversionNote], ProviderFailure)
    /// No instance could answer. The provider is nil when none was asked.
    case providerUnavailable(provider: String?, ProviderFailure)
    /// The task that asked was cancelled.
    case cancelled

    init(_ failure: ProviderFailure, provider: String?, losses: [ConversionNote] = []) {
        if Task.isCancelled {
            self = .cancelled
            return
        }
        guard losses.isEmpty else {
            self = .conversionLoss(losses, failure)
            return
        }
        switch failure.kind {
        case .authentication, .permission: self = .authentication(provider: provider ?? "", failure)
        case .rateLimited: self = .rateLimited(retryAfter: failure.retryAfter, failure)
        case .timeout: self = .timeout(failure)
        case .invalidRequest, .contextWindowExceeded, .contentFiltered, .notFound, .conflict, .requestTooLarge:
            self = .invalidRequest(message: failure.message, failure)
        case .billing, .overloaded, .unavailable, .server, .truncated, .malformed, .shuttingDown:
            self = .providerUnavailable(provider: provider, failure)
        }
    }
}

extension GatewayError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .authentication(let provider, let failure): "authentication with \(provider) failed: \(failure.message)"
        case .rateLimited(_, let failure): "rate limited: \(failure.message)"
        case .timeout(let failure): "timed out: \(failure.message)"
        case .invalidRequest(let message, _): "invalid request: \(message)"
        case .conversionLoss(_, let failure): failure.message
        case .providerUnavailable(_, let failure): "unavailable: \(failure.message)"
        case .cancelled: "cancelled"
        }
    }
}
