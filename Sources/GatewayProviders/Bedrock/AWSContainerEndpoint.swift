import GatewayCore

/// The endpoint from which containers of ECS and EKS get the keys of their role.
///
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
struct AWSContainerEndpoint {
    private let surroundings: CredentialSurroundings
    private let url: String

    private static let address = "http://169.254.170.2"
    private static let patience: Duration = .seconds(2)
    private static let maxTokenBytes = 64 << 10

    /// Nil where the environment names no endpoint.
    init?(_ surroundings: CredentialSurroundings) {
        self.surroundings = surroundings
        if let path = surroundings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            url = Self.address + path
        } else if let full = surroundings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            url = full
        } else {
            return nil
        }
    }

    func credential() async throws(ProviderError) -> ProviderCredential {
        guard Self.isTrusted(url) else {
            throw ProviderError("AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or of this machine")
        }
        var request = TransportRequest(method: "GET", url: url, timeouts: .short(Self.patience))
        if let token = try await token() { request.headers.append("authorization", token) }
        let answer: (status: Int, body: [UInt8])
        do {
            answer = try await surroundings.answer(to: request)
        } catch {
            throw ProviderError("the container's credentials endpoint cannot be reached")
        }
        guard answer.status == 200, let credential = ProviderCredential(endpointReply: answer.body) else {
            throw ProviderError("the container's credentials endpoint gave no keys (HTTP \(answer.status))")
        }
        return credential
    }

    /// The file goes first: its token is renewed.
    private func token() async throws(ProviderError) -> String? {
        guard let path = surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") else {
            return surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        }
        let bytes: [UInt8]
        do {
            bytes = try await surroundings.files.read(path, upTo: Self.maxTokenBytes)
        } catch {
            throw ProviderError("\(path) cannot be read")
        }
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw ProviderError("\(path) holds no token of one line")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Keys must not be asked for in clear text from another machine; the link-local addresses are those of ECS and EKS.
    private static func isTrusted(_ url: String) -> Bool {
        if url.hasPrefix("https://") { return true }
        guard url.hasPrefix("http://") else { return false }
        let authority = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        guard !authority.contains("@") else { return false }
        return ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]"].contains(String(host))
            || host.isLoopbackV4
    }
}

extension Substring {
    /// `127.` and three more numbers; a name may begin like that, too.
    fileprivate var isLoopbackV4: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension TransportTimeouts {
    /// The same limit for every phase, and for the whole.
    static func short(_ limit: Duration) -> TransportTimeouts {
        var timeouts = TransportTimeouts()
        timeouts.connect = limit
        timeouts.firstByte = limit
        timeouts.idle = limit
        timeouts.total = limit
        return timeouts
    }
}
