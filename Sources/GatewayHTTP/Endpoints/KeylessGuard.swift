import GatewayCore

/// Protects a gateway that asks for no key from web pages: a browser on this machine can reach loopback for any site.
///
/// Requests are taken only under a name of this machine (a foreign name may have been rebound to it by DNS), and from pages
/// only where the page is this machine's too or `[server.cors]` allows its origin.
struct KeylessGuard: Sendable {
    var cors: CORSPolicy

    /// Nil when the request may pass.
    func failure(of headers: HTTPFields) -> ProviderFailure? {
        if let host = headers["host"], !Self.isLoopback(host) {
            return Self.refusal("Without a client key the gateway answers under a name of this machine only.")
        }
        if let origin = headers["origin"], !cors.allows(origin), !Self.isLoopback(origin) {
            return Self.refusal("Without a client key the gateway answers no web page of another site.")
        }
        return nil
    }

    private static func refusal(_ message: String) -> ProviderFailure {
        ProviderFailure(kind: .permission, status: 403, message: message)
    }

    /// Of an origin or a host with its port.
    private static func isLoopback(_ text: String) -> Bool {
        var host = text[...]
        for scheme in ["http://", "https://"] where host.hasPrefix(scheme) { host = host.dropFirst(scheme.count) }
        if host.hasPrefix("[") {
            return host.hasPrefix("[::1]")
        }
        host = host.prefix { $0 != ":" && $0 != "/" }
        return ServerConfiguration(host: String(host)).isLoopback
    }
}
