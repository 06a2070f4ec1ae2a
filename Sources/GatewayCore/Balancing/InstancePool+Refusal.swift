extension InstancePool {
    /// Why none of the instances may be asked, as the failure that the client is told.
    ///
    /// Where every one is out because its credentials are refused, that is told as it was when they were; otherwise 503
    /// with the time until the first of them may be asked again.
    package func refusal(at now: MonotonicInstant) -> ExchangeFailure {
        let seen = instances.map { instance in
            instance.health.withState { ($0.lastFailure, $0.retryMoment(at: now)) }
        }
        let wait = seen.compactMap(\.1).min().map { $0 - now }
        if let last = seen.first?.0, seen.allSatisfy({ $0.0?.failureClass == .credentials }) {
            let failure = ProviderFailure(
                kind: last.failure, status: last.status, message: "The provider refused the credentials.",
                retryAfter: wait)
            return ExchangeFailure(failure, provider: providerKey)
        }
        return ExchangeFailure(
            ProviderFailure(
                kind: .unavailable, status: 503,
                message:
                    "No instance of the provider \"\(providerKey)\" can be asked now: each has failed lately and is "
                    + "left alone for a while.",
                type: "service_unavailable", code: "no_healthy_instances", retryAfter: wait),
            provider: providerKey)
    }
}
