/// Where a provider's credential comes from. The engine keeps what it gives, and asks again before that expires.
public protocol CredentialSource: Sendable {
    /// Fetches the credential. Called by one task at a time, which is cancelled after `CredentialCache.patience`.
    ///
    /// Throws with a sentence for the operator, never with a secret in it.
    func fetch(from surroundings: CredentialSurroundings) async throws(ProviderError) -> ProviderCredential
}

/// All that a source may look at: it has no clock, network, environment or disk of its own.
public struct CredentialSurroundings: Sendable {
    public var transport: any Transport
    /// Seconds since 1970.
    public var instant: Double
    public var environment: [String: String]
    public var files: any FileReader

    public init(
        transport: any Transport, instant: Double, environment: [String: String] = [:],
        files: any FileReader = NoFiles()
    ) {
        self.transport = transport
        self.instant = instant
        self.environment = environment
        self.files = files
    }

    /// The value of an environment variable, where it is set and not empty.
    public func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The largest answer that is taken from a token service.
    private static let maxAnswerBytes = 1 << 20

    /// Sends a request to a token service and reads its whole answer, whatever its status.
    public func answer(to request: TransportRequest) async throws(TransportError) -> (status: Int, body: [UInt8]) {
        let response = try await transport.send(request)
        var body: [UInt8] = []
        while let bytes = try await response.body.next() {
            body += bytes
            guard body.count <= Self.maxAnswerBytes else {
                response.body.cancel()
                throw .malformed(detail: "the answer is longer than \(Self.maxAnswerBytes) bytes")
            }
        }
        return (response.status, body)
    }
}

/// Reads small files of the machine, such as credentials that other programs keep there.
public protocol FileReader: Sendable {
    /// The whole file; never blocks an event loop.
    func read(_ path: String, upTo limit: Int) async throws(FileReadError) -> [UInt8]
}

public enum FileReadError: Error, Sendable, Equatable {
    case notFound
    case tooLarge(limit: Int)
    /// The operating system's reason.
    case unreadable(String)
}

/// For programs without files.
public struct NoFiles: FileReader {
    public init() {}
    public func read(_ path: String, upTo limit: Int) async throws(FileReadError) -> [UInt8] { throw .notFound }
}
