import GatewayCore

/// The metadata service of EC2 in its second version, which wants a token first.
///
/// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
struct AWSInstanceMetadata {
    private let surroundings: CredentialSurroundings
    private let address: String

    /// Elsewhere than on EC2 nobody answers there.
    private static let patience: Duration = .seconds(1)
    private static let path = "/latest/meta-data/iam/security-credentials/"

    init(_ surroundings: CredentialSurroundings) {
        self.surroundings = surroundings
        let named = surroundings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
        address = named.hasSuffix("/") ? String(named.dropLast()) : named
    }

    func credential() async throws(ProviderError) -> ProviderCredential {
        if surroundings.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" { throw Self.nothingFound }
        let token = try await answer(
            "PUT", "/latest/api/token", ["x-aws-ec2-metadata-token-ttl-seconds": "300"])
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ProviderError("the instance's metadata service gave no token")
        }
        let access: HTTPFields = ["x-aws-ec2-metadata-token": token]
        let role = try await answer("GET", Self.path, access).prefix { $0 != "\n" }
        let keys = try await answer("GET", Self.path + String(role).percentEncoded, access)
        guard let credential = ProviderCredential(endpointReply: Array(keys.utf8)) else {
            throw ProviderError("the instance's metadata hold no keys for the role \"\(role)\"")
        }
        return credential
    }

    private static let nothingFound = ProviderError(
        "no AWS credentials were found in the configuration, the environment, AWS's files, a container's endpoint or the "
            + "instance's metadata")

    private func answer(_ method: String, _ path: String, _ headers: HTTPFields) async throws(ProviderError) -> String {
        let request = TransportRequest(
            method: method, url: address + path, headers: headers, timeouts: .short(Self.patience))
        let answer: (status: Int, body: [UInt8])
        do {
            answer = try await surroundings.answer(to: request)
        } catch {
            throw Self.nothingFound
        }
        let text = String(decoding: answer.body, as: UTF8.self)
        guard answer.status == 200, !text.isEmpty, text.utf8.allSatisfy({ $0 < 0x7F }) else {
            throw ProviderError("the instance's metadata service answered \(path) with HTTP \(answer.status)")
        }
        return text
    }
}
