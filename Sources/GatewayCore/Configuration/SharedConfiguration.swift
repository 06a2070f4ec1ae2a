/// What several gateways share, and where: limits, circuits and, where `[cache]` says so, answers.
public struct SharedConfiguration: Sendable, Equatable {
    /// The Redis or Valkey server.
    public var redis: RedisURL
    /// Path of a PEM file with the authorities that a `rediss://` server is verified by; nil for the system's.
    public var certificateAuthorities: String?
    /// What the names of all keys on the server begin with. Gateways with the same prefix share.
    public var prefix = "llm-gateway"
    /// How long a request waits for the server at most; then it goes on with what this gateway knows itself.
    public var timeout: Duration = .milliseconds(200)
    /// After which time the places of a gateway that was killed are free again.
    public var lease: Duration = .seconds(30)

    public init(redis: RedisURL) {
        self.redis = redis
    }

    /// Nil, and reported, without a server.
    init?(reading reader: inout ConfigurationReader) {
        let text = reader.string("redis")
        let authorities = reader.name("ca_file")
        let prefix = reader.name("prefix")
        let timeout = reader.integer("timeout_ms", in: 10...10_000)
        let lease = reader.integer("lease_seconds", in: 3...3600)
        guard let text else {
            if !reader.has("redis") {
                reader.reportMissing("redis", hint: "write redis = \"redis://host:6379/0\", or delete [shared]")
            }
            return nil
        }
        guard let url = RedisURL(text) else {
            // The value may hold a password: it is not repeated.
            reader.report(
                "redis", "'redis' is no address of a Redis server",
                hint: "write redis://[user:password@]host[:port][/database], or rediss:// for TLS")
            return nil
        }
        self.init(redis: url)
        certificateAuthorities = authorities
        self.prefix = prefix ?? self.prefix
        self.timeout = timeout.map { .milliseconds($0) } ?? self.timeout
        self.lease = lease.map { .seconds($0) } ?? self.lease
    }
}
