import GatewayCore

/// Lets web pages of the configured origins call the gateway (the Fetch standard's CORS protocol).
struct CORSPolicy: Sendable {
    private let configuration: CORSConfiguration
    private let allowsEveryOrigin: Bool

    init(_ configuration: CORSConfiguration) {
        self.configuration = configuration
        allowsEveryOrigin = configuration.allowedOrigins.contains("*")
    }

    /// Whether pages of that origin may call.
    func allows(_ origin: String) -> Bool {
        configuration.isEnabled && (allowsEveryOrigin || configuration.allowedOrigins.contains(origin))
    }

    /// The answer to a browser that asks beforehand; nil for every other request.
    func preflight(_ request: ServerRequest) -> ServerResponse? {
        guard configuration.isEnabled, request.method == "OPTIONS",
            request.headers["access-control-request-method"] != nil
        else { return nil }
        var response = ServerResponse(status: 204)
        permit(request, &response.headers)
        guard response.headers["access-control-allow-origin"] != nil else { return response }
        response.headers.append("access-control-allow-methods", "GET, POST, DELETE, OPTIONS")
        let allowed =
            configuration.allowedHeaders.contains("*")
            ? request.headers["access-control-request-headers"]
            : configuration.allowedHeaders.joined(separator: ", ")
        if let allowed { response.headers.append("access-control-allow-headers", allowed) }
        response.headers.append("access-control-max-age", String(configuration.maxAge.components.seconds))
        return response
    }

    /// Adds what lets the page at the request's origin read the response.
    func permit(_ request: ServerRequest, _ headers: inout HTTPFields) {
        guard configuration.isEnabled, let origin = request.headers["origin"] else { return }
        if !allowsEveryOrigin { headers.append("vary", "Origin") }
        guard allowsEveryOrigin || configuration.allowedOrigins.contains(origin) else { return }
        headers.append("access-control-allow-origin", allowsEveryOrigin ? "*" : origin)
        headers.append(
            "access-control-expose-headers",
            "X-Request-ID, X-Provider, X-LLM-Gateway-Warnings, X-Gateway-Attempts, Retry-After, Request-Id")
    }
}
