import GatewayCore
import Testing

@testable import GatewayProviders

struct BedrockCredentialTests {
    private static let keys =
        #"{"AccessKeyId":"ASIA","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-21T12:00:00Z"}"#

    private func fetch(
        _ config: BedrockConfig = BedrockConfig(), key: Secret? = nil, _ environment: [String: String] = [:],
        files: [String: String] = [:], _ answers: (status: Int, body: String)...
    ) async throws -> (ProviderCredential, [TransportRequest]) {
        let transport = TokenTransport(answers: answers)
        let surroundings = CredentialSurroundings(
            transport: transport, instant: 1000, environment: environment, files: TokenFiles(files: files))
        let credential = try await BedrockCredentialSource(settings: config, apiKey: key).fetch(from: surroundings)
        return (credential, transport.requests)
    }

    @Test func looksInTheOrderOfAWSsTools() async throws {
        let environment = [
            "AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t", "HOME": "/h",
            "AWS_REGION": "eu-west-1",
        ]
        let files = ["/h/.aws/credentials": "[default]\naws_access_key_id = file\naws_secret_access_key = s\n"]
        let config = BedrockConfig(accessKeyID: "config", secretAccessKey: "s")
        #expect(try await fetch(config, key: "k", environment, files: files).0.kind == .token("k"))
        #expect(
            try await fetch(config, environment, files: files).0.kind
                == .signingKey(id: "config", secret: "s", sessionToken: nil))
        let (found, _) = try await fetch(BedrockConfig(), environment, files: files)
        #expect(found.kind == .signingKey(id: "env", secret: "s", sessionToken: "t"))
        #expect(found.attributes == ["region": "eu-west-1"])
        let (inFile, _) = try await fetch(BedrockConfig(), ["HOME": "/h"], files: files)
        #expect(inFile.kind == .signingKey(id: "file", secret: "s", sessionToken: nil))
        let (bearer, _) = try await fetch(
            BedrockConfig(), environment.merging(["AWS_BEARER_TOKEN_BEDROCK": "b"]) { $1 })
        #expect(bearer.kind == .token("b"))
    }

    @Test func readsTheProfilesOfBothFiles() async throws {
        let files = [
            "/c":
                "# [work]\n[ default ]\naws_access_key_id=d\naws_secret_access_key=s\n[work]\naws_access_key_id = w # mine\n"
                + "  nested = 1\naws_secret_access_key = s=/+\naws_session_token = t\n",
            "/g": "[profile work]\nregion = ap-south-1\n[default]\nregion = us-east-2\n",
        ]
        let environment = ["AWS_SHARED_CREDENTIALS_FILE": "/c", "AWS_CONFIG_FILE": "/g"]
        let (work, _) = try await fetch(BedrockConfig(profile: "work"), environment, files: files)
        #expect(work.kind == .signingKey(id: "w", secret: "s=/+", sessionToken: "t"))
        #expect(work.attributes == ["region": "ap-south-1"])
        let (standard, _) = try await fetch(BedrockConfig(), environment, files: files)
        #expect(standard.kind == .signingKey(id: "d", secret: "s", sessionToken: nil))
        #expect(standard.attributes == ["region": "us-east-2"])
        await #expect(throws: ProviderError.self) {
            try await fetch(BedrockConfig(profile: "none"), environment, files: files)
        }
    }

    @Test func asksAContainersEndpoint() async throws {
        let (credential, requests) = try await fetch(
            BedrockConfig(),
            [
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer a",
            ], (200, Self.keys))
        #expect(credential.kind == .signingKey(id: "ASIA", secret: "s", sessionToken: "t"))
        #expect(credential.expires == Timestamp.seconds(iso8601: "2026-11-21T12:00:00Z"))
        #expect(requests.map(\.url) == ["http://169.254.170.2/v2/x"])
        #expect(requests[0].headers["authorization"] == "Bearer a")
    }

    @Test(
        "Keys are not asked for in clear text from another machine",
        arguments: [
            "http://example.com/x", "http://127.0.0.1.example.com/x", "http://localhost@evil.test/", "ftp://127.0.0.1/",
        ])
    func distrustsOtherMachines(url: String) async {
        let error = await #expect(throws: ProviderError.self) {
            try await fetch(BedrockConfig(), ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url], (200, Self.keys))
        }
        #expect(error?.message.contains("must be https") == true)
    }

    @Test func asksTheMachinesMetadataWithAToken() async throws {
        let (credential, requests) = try await fetch(
            BedrockConfig(region: "us-east-1"), [:], (200, "session"), (200, "role"), (200, Self.keys))
        #expect(credential.kind == .signingKey(id: "ASIA", secret: "s", sessionToken: "t"))
        let path = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
        #expect(requests.map(\.url) == ["http://169.254.169.254/latest/api/token", path, path + "role"])
        #expect(requests[0].method == "PUT")
        #expect(requests[2].headers["x-aws-ec2-metadata-token"] == "session")
    }

    @Test func saysThatNothingWasFound() async {
        let error = await #expect(throws: ProviderError.self) {
            try await fetch(BedrockConfig(), ["AWS_EC2_METADATA_DISABLED": "true"])
        }
        #expect(error?.message.hasPrefix("no AWS credentials were found") == true)
    }

    @Test func refusesWhatIsNoRegion() async {
        await #expect(throws: ProviderError.self) {
            try await fetch(BedrockConfig(), key: "k", ["AWS_REGION": "evil.test/"])
        }
    }
}
