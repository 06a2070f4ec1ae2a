import GatewayCore

/// What the address of a request says: what is asked for and, by path routing, of which provider.
///
/// An API's path stands at the root, or behind a provider: `/{provider}/v1/…`, `/custom/{id}/v1/…`. Behind a provider
/// are only the APIs of `EndpointTable`; what concerns the gateway itself has one address.
struct EndpointMatch: Equatable {
    var endpoint: Endpoint
    /// The provider as the address names it, to which every request goes past all routing; nil where routing decides.
    var provider: String?

    init(_ endpoint: Endpoint, provider: String? = nil) {
        self.endpoint = endpoint
        self.provider = provider
    }
}

extension EndpointMatch {
    /// Nil where there is nothing.
    init?(_ request: ServerRequest) {
        let target = request.target
        if let endpoint = EndpointTable.fixed[target.path] ?? EndpointTable.unpinned[target.path]
            ?? EndpointTable.administration(target.path)
        {
            self.init(endpoint)
            return
        }
        guard let address = APIAddress(target.path), address.isUnderstood else { return nil }
        if address.provider != nil, let endpoint = EndpointTable.fixed[address.path] {
            self.init(endpoint, provider: address.provider)
            return
        }
        guard let segments = RequestTarget(path: address.path).segments,
            let endpoint = EndpointTable.endpoint(segments, request)
        else { return nil }
        self.init(endpoint, provider: address.provider)
    }

    /// The API that a client of an address with nothing behind it most likely speaks.
    static func format(of request: ServerRequest) -> WireFormat {
        let path = APIAddress(request.target.path)?.path ?? request.target.path
        if path.hasPrefix("/v1/messages") { return .anthropic }
        return path.hasPrefix("/v1beta/") ? .gemini : EndpointTable.apiFormat(request.headers)
    }
}

/// The path of an API, apart from the provider before it.
private struct APIAddress {
    var provider: String?
    /// From the API's root on: `/v1/messages`.
    var path: String
    /// False where the provider's name cannot be read.
    var isUnderstood = true

    /// Nil where no API's root stands in a place for one.
    init?(_ whole: String) {
        let parts = whole.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        if EndpointTable.roots.contains(parts[1]) {
            path = whole
            return
        }
        if EndpointTable.roots.contains(parts[2]) {
            provider = PercentEncoding.decode(parts[1].utf8)
            path = String(whole[parts[1].endIndex...])
        } else if parts.count > 3, parts[1] == "custom" {
            let root = parts[3].prefix { $0 != "/" }
            guard EndpointTable.roots.contains(root), !parts[2].isEmpty else { return nil }
            provider = PercentEncoding.decode(parts[2].utf8).map { "custom:" + $0 }
            path = String(whole[parts[2].endIndex...])
        } else {
            return nil
        }
        isUnderstood = provider != nil
    }
}
