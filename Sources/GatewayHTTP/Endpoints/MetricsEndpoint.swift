import GatewayCore
import Synchronization

/// The address at which Prometheus finds the metrics.
package final class MetricsEndpoint: Sendable {
    let path: String
    private let requiresKey: Bool
    private let page: MetricsPage
    private let underWay = Atomic(0)

    /// Scrapes answered at the same time. Who needs no key must not be able to keep the machine busy.
    private static let maxUnderWay = 4

    /// Nil when the configuration wants none.
    package init?(_ configuration: MetricsConfiguration, page: MetricsPage) {
        guard configuration.isEnabled else { return nil }
        path = configuration.endpoint
        requiresKey = configuration.requiresKey
        self.page = page
    }

    /// Anybody may read the metrics of a gateway with keys unless `require_key` says otherwise. Those of a gateway without
    /// are for this machine alone, like everything else of it.
    func answer(
        _ request: ServerRequest, _ gateway: Gateway, _ keyless: KeylessGuard, _ id: String
    ) async -> ServerResponse {
        var response: ServerResponse
        if let failure = refusal(of: request, gateway, keyless) {
            response = ServerResponse(gateway.refusal(failure, format: .openAI, requestID: id))
            if failure.status == 405 { response.headers.append("allow", "GET, HEAD") }
            return response
        }
        defer { underWay.wrappingSubtract(1, ordering: .relaxed) }
        guard underWay.wrappingAdd(1, ordering: .relaxed).newValue <= Self.maxUnderWay else {
            return ServerResponse(gateway.refusal(.tooManyScrapes, format: .openAI, requestID: id))
        }
        response = await exposition(.preferred(by: request.headers["accept"]))
        response.headers.append("x-request-id", id)
        return response
    }

    private func refusal(
        of request: ServerRequest, _ gateway: Gateway, _ keyless: KeylessGuard
    ) -> ProviderFailure? {
        guard request.method == "GET" || request.method == "HEAD" else { return .wrongMethod(request.method, path) }
        if !gateway.requiresKey { return keyless.failure(of: request.headers) }
        guard requiresKey else { return nil }
        let credentials = ClientCredentials(headers: request.headers)
        guard gateway.identify(credentials) == nil else { return nil }
        return credentials.key == nil ? .missingKey : .wrongKey
    }

    /// Written away from the loops: a thousand series take some milliseconds.
    private func exposition(_ format: MetricsFormat) async -> ServerResponse {
        let page = page
        let bytes = await withTaskExecutorPreference(globalConcurrentExecutor) { @concurrent in
            page.exposition(format)
        }
        return ServerResponse(
            status: 200, headers: ["content-type": format.contentType, "cache-control": "no-store"],
            body: .bytes(bytes))
    }
}
