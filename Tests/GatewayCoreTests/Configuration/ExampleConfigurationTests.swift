import Testing

@testable import GatewayCore
@testable import GatewayProviders

@Suite struct ExampleConfigurationTests {
    private let example = String(decoding: FixtureFile.bytes("config.example.toml"), as: UTF8.self)

    /// The settings that are switched off, `#key = value`, switched on.
    private var everything: String {
        example.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") && line != "#" ? line.dropFirst() : line
        }.joined(separator: "\n")
    }

    @Test func loadsAsItIs() throws {
        let configuration = try GatewayConfiguration.load(toml: Array(example.utf8))
        #expect(configuration.server == ServerConfiguration())
        #expect(configuration.providers.map(\.key) == ["demo"])
    }

    @Test func loadsWithEverySettingSwitchedOn() throws {
        let names = [
            "GATEWAY_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "AZURE_OPENAI_API_KEY",
            "OPENAI_API_KEY_2", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "GROQ_API_KEY", "MY_SERVICE_KEY",
            "OAUTH_CLIENT_ID", "OTLP_TOKEN",
        ]
        let configuration = try GatewayConfiguration.load(
            toml: Array(everything.utf8), environment: Dictionary(uniqueKeysWithValues: names.map { ($0, "x-\($0)") }))
        let keys = ProviderCatalog.all.kinds.map { $0.isNamedByID ? "\($0.key):my-service" : $0.key }
        #expect(Set(configuration.providers.map(\.key)) == Set(keys).subtracting(presets).union(["groq", "ollama"]))
        #expect(configuration.routing.aliases.map(\.provider) == ["openai", "anthropic"])
        #expect(configuration.server.tls?.minimumVersion == .tls12)

        var server = configuration.server
        (server.tls, server.threads, server.cors) = (nil, nil, CORSConfiguration())
        #expect(server == ServerConfiguration())
    }

    /// They stand in docs/PROVIDERS.md; two of them are the example.
    private let presets = Set(ProviderPreset.all.map(\.key))

    /// The complaint about an unknown key lists the known ones.
    @Test(arguments: [
        "", "[server]", "[server.tls]", "[server.cors]", "[[api_keys]]", "[routing]", "[routing.discovery]",
        "[conversion]",
        "[models.a]",
        "[models.a.capabilities]", "[providers]", "[[providers.openai]]", "[[providers.anthropic]]",
        "[[providers.gemini]]", "[[providers.azure_openai]]", "[[providers.bedrock]]", "[[providers.custom]]",
        "[[providers.groq]]", "[[providers.vertex]]",
        "[[providers.openai_responses]]", "[[providers.demo]]", "[providers.anthropic.cache]", "[proxy]",
        "[balancing]", "[balancing.providers.openai]", "[failover]", "[failover.retry_budget]",
        "[failover.circuit]", "[failover.probes]", "[shared]",
        "[observability]", "[observability.quota_refresh]", "[metrics]", "[logging]", "[prices]",
        "[[prices.models]]", "[[oauth_providers]]",
    ])
    func namesEveryKnownKey(_ header: String) throws {
        let unknown = "a_key_that_is_like_no_other"
        let error = try #require(throws: ConfigurationError.self) {
            try GatewayConfiguration.load(toml: Array("\(header)\n\(unknown) = 1".utf8))
        }
        let problem = try #require(error.problems.first { $0.message == "unknown key '\(unknown)'" })
        let known = try #require(problem.hint).dropFirst("known here: ".count).split(separator: ", ")
        #expect(!known.isEmpty)
        for key in known.map(String.init) where key != "custom_headers" && !presets.contains(key) {
            let forms = ["\n\(key) = ", "[\(key)]", ".\(key)]", "[\(key).", " \(key) = ", ".\(key)."]
            #expect(forms.contains { everything.contains($0) }, "\(header) \(key)")
        }
    }
}
