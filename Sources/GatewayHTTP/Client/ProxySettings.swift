import GatewayCore

/// The forward proxy through which a transport reaches its servers, by the scheme of the URL that is asked for.
///
/// Names as curl and its relatives read them: a missing proxy means a direct connection, a proxy URL may hold a user and a
/// password, a bypass entry matches a host and its subdomains, an address or a CIDR range, `*` is every host.
public struct ProxySettings: Sendable, Equatable {
    public var http: String?
    public var https: String?
    public var bypass: [String]

    public init(http: String? = nil, https: String? = nil, bypass: [String] = []) {
        self.http = http
        self.https = https
        self.bypass = bypass
    }

    /// Always a direct connection, whatever the environment says.
    public static let none = ProxySettings()

    /// What `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say. Both spellings are read but `HTTP_PROXY`, which a
    /// CGI server sets from a request's `Proxy` header.
    public init(environment: (String) -> String?) {
        func value(_ names: String...) -> String? {
            for name in names {
                if let value = environment(name), !value.isEmpty { return value }
            }
            return nil
        }
        let all = value("all_proxy", "ALL_PROXY")
        http = value("http_proxy") ?? all
        https = value("https_proxy", "HTTPS_PROXY") ?? all
        bypass = Self.list(value("no_proxy", "NO_PROXY") ?? "")
    }

    /// The configured proxy; what it leaves out, or all of it, comes from the environment.
    public init(configuration: ProxyConfiguration?, environment: (String) -> String?) {
        self.init(environment: environment)
        guard let configuration else { return }
        http = configuration.http ?? http
        https = configuration.https ?? https
        if !configuration.noProxy.isEmpty { bypass = configuration.noProxy }
    }

    private static func list(_ text: String) -> [String] {
        text.split { $0 == "," || $0 == " " }.map(String.init)
    }
}
