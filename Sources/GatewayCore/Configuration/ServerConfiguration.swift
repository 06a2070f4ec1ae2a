/// Where the gateway listens, and how much and how long a client may ask of it.
public struct ServerConfiguration: Sendable, Equatable {
    /// An address or a name to listen on.
    public var host: String = "127.0.0.1"
    /// 0 takes any free port.
    public var port: Int = 8080
    /// The number of event loops; nil is as many as the process may use CPUs.
    public var threads: Int?
    /// The longest request line and header section together.
    public var maxHeadBytes: Int = 64 * 1024
    public var maxHeaderCount: Int = 128
    /// The largest body that is held: more than any vendor takes in one request of JSON or a form.
    public var maxBodyBytes: Int = 64 * 1024 * 1024
    /// The largest file that is passed on while it arrives; OpenAI takes as much.
    public var maxUploadBytes: Int = 512 * 1024 * 1024
    /// How long a client may take to send a request's head, from its first byte.
    public var headTimeout: Duration = .seconds(10)
    /// How long a client may take to send a request's body.
    public var bodyTimeout: Duration = .seconds(60)
    /// How long a client may leave bytes of a response unread.
    public var writeTimeout: Duration = .seconds(60)
    /// How long a connection may stay open without a request.
    public var keepAliveTimeout: Duration = .seconds(75)
    /// How long responses under way may take to finish when the gateway is asked to stop.
    public var shutdownTimeout: Duration = .seconds(30)
    /// How much of that time connections without a request stay open, so that what a proxy is sending on them is still
    /// answered.
    public var drainTime: Duration = .seconds(2)
    public var logLevel: LogLevel = .info
    public var logFormat: LogFormat = .console
    /// nil serves plain HTTP.
    public var tls: TLSConfiguration?
    public var cors: CORSConfiguration = CORSConfiguration()

    public init(host: String = "127.0.0.1", port: Int = 8080) {
        self.host = host
        self.port = port
    }

    /// Whether only programs on this machine can connect.
    public var isLoopback: Bool {
        let name = host.lowercased()
        return name == "localhost" || name == "::1" || name == "[::1]" || name.isIPv4Loopback
    }
}

extension String {
    /// 127.0.0.0/8 in the dotted form.
    fileprivate var isIPv4Loopback: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// How much is logged: a level includes the ones after it.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case debug, info, warning, error

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.severity < right.severity }

    package var severity: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}

/// One JSON object a line for machines, or text for a person at a terminal.
public enum LogFormat: String, Sendable, CaseIterable {
    case json, console
}

/// The certificate the gateway shows to clients.
public struct TLSConfiguration: Sendable, Equatable {
    public enum Version: String, Sendable, CaseIterable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    /// Path of a PEM file: the server's certificate first, then the chain.
    public var certificate: String
    /// Path of the PEM file of the certificate's private key.
    public var key: String
    public var minimumVersion: Version

    public init(certificate: String, key: String, minimumVersion: Version = .tls12) {
        self.certificate = certificate
        self.key = key
        self.minimumVersion = minimumVersion
    }
}

/// Which web pages may call the gateway from a browser (the Fetch standard's CORS protocol).
public struct CORSConfiguration: Sendable, Equatable {
    public var isEnabled: Bool = false
    /// Origins as browsers send them, `https://app.example.com`, or `*` for all.
    public var allowedOrigins: [String] = ["*"]
    /// Request headers beyond the safelisted ones; `*` allows whatever the preflight asks for.
    public var allowedHeaders: [String] = ["*"]
    /// How long a browser may remember the answer to a preflight.
    public var maxAge: Duration = .seconds(600)

    public init(isEnabled: Bool = false, allowedOrigins: [String] = ["*"]) {
        self.isEnabled = isEnabled
        self.allowedOrigins = allowedOrigins
    }
}
