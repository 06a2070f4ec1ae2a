import GatewayCore

/// Fetches media from addresses that strangers name, and only from the public internet: each address is judged when it is
/// about to be connected to, so neither a redirect nor a name that resolves differently the second time gets past.
///
/// Connections are always direct: behind a proxy the proxy would resolve the name, and nothing could be judged.
public final class GuardedFetcher: MediaFetcher {
    public struct Limits: Sendable {
        public var bytes = 20 << 20
        public var redirects = 3
        /// For the whole, redirects included.
        public var time = Duration.seconds(30)

        public init() {}
    }

    private let transport: CurlTransport
    private let limits: Limits

    /// A fetcher with an event loop of its own.
    public convenience init(limits: Limits = Limits()) throws(TransportError) {
        self.init(transport: try CurlTransport(options: Self.options(for: .publicOnly)), limits: limits)
    }

    /// A fetcher on loops that its owner runs, and stops after `shutdown`.
    package convenience init(limits: Limits = Limits(), group: EventLoopGroup) {
        self.init(limits: limits, addresses: .publicOnly, group: group)
    }

    /// As above with a policy and a resolver of the caller's, which tests need: their servers are on loopback.
    convenience init(
        limits: Limits = Limits(), addresses: AddressPolicy, group: EventLoopGroup,
        resolver: (@Sendable (_ url: String) -> String?)? = nil
    ) {
        var options = Self.options(for: addresses)
        options.resolver = resolver
        self.init(transport: CurlTransport(options: options, group: group), limits: limits)
    }

    private init(transport: CurlTransport, limits: Limits) {
        self.transport = transport
        self.limits = limits
    }

    private static func options(for addresses: AddressPolicy) -> HTTPTransportOptions {
        var options = HTTPTransportOptions()
        options.addresses = addresses
        options.maximumIdleConnections = 16
        return options
    }

    /// Ends all fetches with `.cancelled`.
    package func shutdown() async {
        await transport.shutdown()
    }

    public func fetch(url: String) async throws(MediaFetchError) -> FetchedMedia {
        let end = ContinuousClock.now + limits.time
        var target = try FetchTarget(url)
        for _ in 0...limits.redirects {
            let response = try await send(target, until: end)
            guard let link = try Self.redirect(in: response) else {
                return try await media(in: response)
            }
            response.body.cancel()
            target = try target.following(link)
        }
        throw MediaFetchError(.refused, detail: "more than \(limits.redirects) redirects")
    }

    private func send(
        _ target: FetchTarget, until end: ContinuousClock.Instant
    ) async throws(MediaFetchError) -> TransportResponse {
        var request = TransportRequest(
            method: "GET", url: target.url,
            headers: ["Accept": "image/*, application/pdf", "User-Agent": "llm-gateway"])
        request.timeouts.total = max(.zero, end - .now)
        switch await transport.exchange(request) {
        case .success(let response): return response
        case .failure(let failure):
            guard failure.refusedHost == nil else {
                throw MediaFetchError(.forbiddenAddress, detail: "\(target.host) is not on the public internet")
            }
            throw Self.error(failure.error)
        }
    }

    /// The target of a redirect; nil for a response that brings the media itself.
    private static func redirect(in response: TransportResponse) throws(MediaFetchError) -> String? {
        switch response.status {
        case 200: return nil
        case 301, 302, 303, 307, 308:
            guard let link = response.headers["location"] else { fallthrough }
            return link
        default: throw MediaFetchError(.refused, detail: "the server answered with status \(response.status)")
        }
    }

    private func media(in response: TransportResponse) async throws(MediaFetchError) -> FetchedMedia {
        let announced = response.headers["content-length"].flatMap { Int($0) } ?? 0
        var bytes: [UInt8] = []
        do {
            while announced <= limits.bytes, bytes.count <= limits.bytes, let more = try await response.body.next() {
                if bytes.isEmpty { bytes.reserveCapacity(announced) }
                bytes += more
            }
        } catch {
            throw Self.error(error)
        }
        guard max(announced, bytes.count) <= limits.bytes else {
            response.body.cancel()
            throw MediaFetchError(.tooLarge, detail: "above \(limits.bytes) bytes")
        }
        guard let signature = MediaSignature(bytes) else {
            throw MediaFetchError(.unknownType, detail: "neither a JPEG, PNG, GIF or WebP image nor a PDF")
        }
        return FetchedMedia(bytes: bytes, mediaType: signature.mediaType)
    }

    private static func error(_ error: TransportError) -> MediaFetchError {
        switch error {
        case .invalidURL: MediaFetchError(.invalidURL, detail: "not a URL that can be fetched")
        case .unresolved(let host): MediaFetchError(.unreachable, detail: "\(host) has no address")
        case .unreachable: MediaFetchError(.unreachable, detail: "the server cannot be reached")
        case .tls: MediaFetchError(.unreachable, detail: "the server's certificate or its TLS is not acceptable")
        case .timedOut: MediaFetchError(.timedOut, detail: "the server did not answer in time")
        case .truncated: MediaFetchError(.unreachable, detail: "the connection broke before the end")
        case .malformed: MediaFetchError(.unreachable, detail: "the server's response is not valid HTTP")
        case .cancelled: MediaFetchError(.cancelled, detail: "the request was cancelled")
        }
    }
}

/// A URL that may be fetched: http or https, without a user or a password.
struct FetchTarget {
    /// As libcurl writes it, so that what was judged is what is asked for.
    let url: String
    let host: String

    init(_ text: String) throws(MediaFetchError) {
        guard let url = CurlURL(text) else { throw MediaFetchError(.invalidURL, detail: "not an absolute URL") }
        try self.init(url)
    }

    private init(_ url: borrowing CurlURL) throws(MediaFetchError) {
        guard let scheme = url.scheme, scheme == "http" || scheme == "https" else {
            throw MediaFetchError(.invalidURL, detail: "only http and https URLs are fetched")
        }
        guard url.user == nil, url.password == nil else {
            throw MediaFetchError(.invalidURL, detail: "a URL with a user or a password is not fetched")
        }
        guard let text = url.text, let host = url.host else {
            throw MediaFetchError(.invalidURL, detail: "a URL without a host")
        }
        self.url = text
        self.host = host
    }

    /// The target of a redirect found here.
    func following(_ link: String) throws(MediaFetchError) -> FetchTarget {
        guard var next = CurlURL(url), next.follow(link) else {
            throw MediaFetchError(.invalidURL, detail: "a redirect to what is no URL")
        }
        return try FetchTarget(next)
    }
}
