/// Fetches what a client named by address, for providers that only take bytes.
///
/// Implementations guard the gateway's own network: no private, loopback, link-local or metadata address is ever asked,
/// also not after a redirect or a change in DNS.
public protocol MediaFetcher: Sendable {
    func fetch(url: String) async throws(MediaFetchError) -> FetchedMedia
}

public struct FetchedMedia: Sendable, Equatable {
    public var bytes: [UInt8]
    /// Told by the bytes themselves, such as `image/png`, not by the server.
    public var mediaType: String

    public init(bytes: [UInt8], mediaType: String) {
        self.bytes = bytes
        self.mediaType = mediaType
    }
}

/// Why an address gave no media. `detail` is fit for the client's eyes.
public struct MediaFetchError: Error, Sendable, Equatable {
    public enum Reason: String, Sendable, Equatable {
        case invalidURL, forbiddenAddress, unreachable, refused, tooLarge, unknownType, timedOut, cancelled
    }

    public var reason: Reason
    public var detail: String

    public init(_ reason: Reason, detail: String) {
        self.reason = reason
        self.detail = detail
    }
}
