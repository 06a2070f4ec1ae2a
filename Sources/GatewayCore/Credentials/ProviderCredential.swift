/// What proves to a provider who asks, where that must be fetched first and expires: a session of AWS, a token of Google or
/// Entra. Keys that stand in the configuration need none of this.
public struct ProviderCredential: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// Travels with each request, usually as a bearer.
        case token(Secret)
        /// Signs each request. The secret itself never travels; the session token, where there is one, does.
        case signingKey(id: String, secret: Secret, sessionToken: Secret?)
    }

    public var kind: Kind
    /// Seconds since 1970; nil never expires.
    public var expires: Double?
    /// What its source told besides, such as the region of an AWS profile or the project of a Google account.
    public var attributes: [String: String]

    public init(_ kind: Kind, expires: Double? = nil, attributes: [String: String] = [:]) {
        self.kind = kind
        self.expires = expires
        self.attributes = attributes
    }
}

/// With what, and when, a provider is asked. Both come from outside, so that a provider stays a function of its call.
public struct ProviderAccess: Sendable, Equatable {
    /// From the provider's `credentials`; nil where it has none.
    public var credential: ProviderCredential?
    /// Seconds since 1970, for signatures that hold the time.
    public var instant: Double

    public init(credential: ProviderCredential? = nil, instant: Double = 0) {
        self.credential = credential
        self.instant = instant
    }
}
