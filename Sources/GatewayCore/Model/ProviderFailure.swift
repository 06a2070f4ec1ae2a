/// A request that a provider, or the way to it, refused or broke; decoded from any format and told in any.
public struct ProviderFailure: Error, Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case invalidRequest, contextWindowExceeded, contentFiltered
        case authentication, permission, billing
        case notFound, conflict, requestTooLarge
        case rateLimited, overloaded, unavailable, timeout, server
        /// The provider ended early: EOF without the format's terminator.
        case truncated
        /// The provider sent what its format does not allow.
        case malformed
        /// The gateway is stopping.
        case shuttingDown
    }

    public var kind: Kind
    /// The HTTP status the provider gave, or the one that fits where it gave none (in-band errors, broken connections).
    public var status: Int
    public var message: String
    /// The provider's own words: OpenAI's `error.type` and `error.code`, Anthropic's `error.type`, Google's `error.status`.
    public var type: String?
    public var code: String?
    /// The field at fault, as a path.
    public var parameter: String?
    public var retryAfter: Duration?
    /// The error body as it came, with its format, so that a client of the same format reads exactly that.
    public var body: Foreign?

    public init(
        kind: Kind, status: Int, message: String, type: String? = nil, code: String? = nil, parameter: String? = nil,
        retryAfter: Duration? = nil, body: Foreign? = nil
    ) {
        self.kind = kind
        self.status = status
        self.message = message
        self.type = type
        self.code = code
        self.parameter = parameter
        self.retryAfter = retryAfter
        self.body = body
    }
}
