/// The request log in SQLite.
public struct ObservabilityConfiguration: Sendable, Equatable {
    public var isEnabled: Bool = false
    public var databasePath: String = "./data/observability.db"
    /// Days that requests are kept.
    public var retentionDays: Int = 7
    /// Days that quota snapshots are kept.
    public var quotaRetentionDays: Int = 7
    /// Megabytes the database may have; the oldest requests make room. Nil sets no limit.
    public var retentionMegabytes: Int?
    /// The local hour, 0...23, at which what is older is deleted.
    public var cleanupHour: Int = 3
    public var quotaRefresh: QuotaRefreshConfiguration = QuotaRefreshConfiguration()

    public init(isEnabled: Bool = false) {
        self.isEnabled = isEnabled
    }
}

/// Asking the providers that tell for how much of an account's quota is used.
public struct QuotaRefreshConfiguration: Sendable, Equatable {
    public var isEnabled: Bool = true
    public var interval: Duration = .seconds(600)

    public init(isEnabled: Bool = true, interval: Duration = .seconds(600)) {
        self.isEnabled = isEnabled
        self.interval = interval
    }
}

/// The Prometheus endpoint.
public struct MetricsConfiguration: Sendable, Equatable {
    public var isEnabled: Bool = false
    public var endpoint: String = "/metrics"
    /// Labels keys by a hash instead of by their names.
    public var includesKeyHash: Bool = false
    /// Whether a scraper must present one of the clients' keys.
    public var requiresKey: Bool = false
    /// Models that are told apart; the others are counted as `other`.
    public var maxModels: Int = 200
    /// Combinations of key, provider, model and endpoint that are told apart.
    public var maxSeries: Int = 1000

    public init(isEnabled: Bool = false) {
        self.isEnabled = isEnabled
    }
}

/// The forward proxy through which providers are reached, by the scheme of the provider's URL.
public struct ProxyConfiguration: Sendable, Equatable {
    public var http: String?
    public var https: String?
    /// Hosts reached directly, as curl reads `no_proxy`: names match their subdomains too, `*` is every host.
    public var noProxy: [String]

    public init(http: String? = nil, https: String? = nil, noProxy: [String] = []) {
        self.http = http
        self.https = https
        self.noProxy = noProxy
    }
}

/// An OAuth 2.0 authorization server that issues the tokens of instances whose `auth_mode` is `oauth`.
public struct OAuthProviderConfiguration: Sendable, Equatable {
    public var name: String
    public var clientID: String
    /// nil for public clients, which prove themselves by PKCE alone.
    public var clientSecret: Secret?
    public var authURL: String
    public var tokenURL: String
    public var redirectURI: String
    public var scopes: [String]
    /// Sent with the token requests.
    public var headers: HTTPFields = [:]

    public init(
        name: String, clientID: String, clientSecret: Secret? = nil, authURL: String, tokenURL: String,
        redirectURI: String, scopes: [String] = []
    ) {
        self.name = name
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.authURL = authURL
        self.tokenURL = tokenURL
        self.redirectURI = redirectURI
        self.scopes = scopes
    }
}
