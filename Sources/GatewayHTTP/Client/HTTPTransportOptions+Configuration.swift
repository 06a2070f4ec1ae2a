import GatewayCore

extension HTTPTransportOptions {
    /// The way to the providers as the configuration and the process's environment say: `[proxy]` or the usual variables; and
    /// `SSL_CERT_FILE`, as OpenSSL reads it, the path of the authorities to trust in place of the system's.
    public init(configuration: GatewayConfiguration, environment: (String) -> String?) {
        self.init()
        proxy = ProxySettings(configuration: configuration.proxy, environment: environment)
        if let file = environment("SSL_CERT_FILE"), !file.isEmpty { certificateAuthorities = file }
    }
}
