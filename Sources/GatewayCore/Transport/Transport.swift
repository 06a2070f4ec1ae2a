/// Carries requests to providers: the port through which the engine reaches the network.
///
/// `HTTPTransport` of GatewayHTTP implements it; tests script it; the offline demo answers by itself.
public protocol Transport: Sendable {
    /// Sends the request and returns when the head of the response has arrived.
    ///
    /// Cancelling the task ends the exchange at once with `TransportError.cancelled`.
    func send(_ request: consuming TransportRequest) async throws(TransportError) -> TransportResponse
}

/// The bytes of a response, pulled by their reader: what is not pulled is not read from the network either, so that a
/// slow client slows its provider instead of filling memory.
public protocol TransportBody: AnyObject, Sendable {
    /// The next bytes as they arrived, never empty; nil after a complete response.
    ///
    /// Throws `.truncated` when the provider ended early and `.timedOut(.idle)` when it fell silent. Cancelling the task
    /// ends the exchange with `.cancelled`.
    func next() async throws(TransportError) -> [UInt8]?

    /// As `next`, for a caller that calls `cancel` itself when its task is cancelled: the task need not be watched for each
    /// piece of a stream, which would be a sixth of the piece's cost.
    func nextUnwatched() async throws(TransportError) -> [UInt8]?

    /// The rest of a response that has arrived as a whole, so that none of it need be waited for; nil where `next` must be asked.
    func takeWhole() -> [UInt8]?

    /// Ends the exchange and closes its connection unless the response was complete. Safe to call at any time, also
    /// from another thread while `next` waits, which then throws `.cancelled`.
    func cancel()
}

extension TransportBody {
    public func nextUnwatched() async throws(TransportError) -> [UInt8]? { try await next() }
    public func takeWhole() -> [UInt8]? { nil }

    /// All of it. Throws `.malformed` and ends the exchange when there are more than `limit` bytes.
    package func collect(upTo limit: Int) async throws(TransportError) -> [UInt8] {
        var collected: [UInt8] = []
        while let bytes = try await next() {
            if collected.isEmpty { collected = bytes } else { collected += bytes }
            guard collected.count <= limit else {
                cancel()
                throw .malformed(detail: "the body is longer than \(limit) bytes")
            }
        }
        return collected
    }
}

public struct TransportRequest: Sendable {
    public var method: String
    /// Absolute, with scheme.
    public var url: String
    public var headers: HTTPFields
    public var body: [UInt8]
    /// Sent in place of `body` while it arrives.
    public var upload: (any TransportUpload)?
    public var timeouts: TransportTimeouts
    /// Whether the answer will come in small pieces over a long time: it is then given less room to be read into.
    public var isStream = false

    public init(
        method: String = "POST", url: String, headers: HTTPFields = [:], body: [UInt8] = [],
        timeouts: TransportTimeouts = TransportTimeouts()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
    }
}

/// How long an exchange may take, phase by phase. Only `total` bounds the whole; a stream that keeps sending is not
/// ended by the others.
public struct TransportTimeouts: Sendable, Equatable {
    /// Name look-up, TCP and TLS together.
    public var connect: Duration = .seconds(10)
    /// From the start of the exchange to the first byte of the response's head.
    public var firstByte: Duration = .seconds(300)
    /// The longest silence inside the response body.
    public var idle: Duration = .seconds(300)
    /// The whole exchange; nil is no limit.
    public var total: Duration?

    public init() {}
}

public struct TransportResponse: Sendable {
    public var status: Int
    public var headers: HTTPFields
    public var body: any TransportBody

    public init(status: Int, headers: HTTPFields, body: any TransportBody) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why an exchange with a provider ended without a complete response. `detail` never holds secrets.
public enum TransportError: Error, Sendable, Equatable {
    public enum Phase: String, Sendable, Equatable {
        case connect, firstByte, idle, total
    }

    case invalidURL(String)
    case unresolved(host: String)
    case unreachable(detail: String)
    case tls(detail: String)
    case timedOut(Phase)
    /// The connection broke before the response was complete.
    case truncated(detail: String)
    /// The provider broke HTTP itself, or sent a head over the limits.
    case malformed(detail: String)
    case cancelled
}
