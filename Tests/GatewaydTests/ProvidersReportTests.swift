import GatewayCore
import GatewayProviders
import Glibc
import Testing

@testable import gatewayd

@Suite struct ProvidersReportTests {
    private let kinds = ProviderCatalog.all.kinds

    private func report(_ toml: String, _ environment: [String: String]) throws -> ProvidersReport {
        ProvidersReport(
            try GatewayConfiguration.load(toml: Array(toml.utf8), environment: environment, providers: .all),
            kinds: kinds)
    }

    @Test func saysWhereKeysComeFromAndNeverTheKeys() throws {
        let report = try report(
            """
            [[providers.openai]]
            api_key = "sk-secret-one"
            [[providers.groq]]
            [[providers.ollama]]
            [[providers.anthropic]]
            enabled = false
            """, ["GROQ_API_KEY": "gsk-secret-two"])
        let json = JSONValue.object(report.json)
        let states = json["configured"]?.array?.map { "\($0["provider"]?.string ?? "") \($0["key"]?.string ?? "")" }
        #expect(states == ["openai configured", "groq variable", "ollama not_needed", "anthropic missing"])
        #expect(json["configured"]?[1]?["key_variable"] == "GROQ_API_KEY")
        for text in [report.text, json.serializedString] { #expect(!text.contains("secret")) }
        #expect(report.text.contains("of GROQ_API_KEY"))
    }

    @Test func listsEveryKind() throws {
        let report = try report("[[providers.demo]]\n", [:])
        let known = JSONValue.object(report.json)["known"]?.array ?? []
        #expect(known.compactMap { $0["key"]?.string } == kinds.map(\.key))
        let together = known.first { $0["key"] == "together" }
        #expect(together?["other_names"] == ["together_ai"])
        #expect(together?["base_url"] == "https://api.together.xyz/v1")
        #expect(report.text.contains("together/* together_ai/*"))
    }

    /// Run scripts/provider_docs.sh when it fails.
    @Test func theDocumentIsCurrent() throws {
        let components = "\(#filePath)".split(separator: "/").prefix { $0 != "Tests" }
        let path = "/" + (components.map(String.init) + ["docs/PROVIDERS.md"]).joined(separator: "/")
        let page = String(decoding: try Files.read(path), as: UTF8.self)
        let parts = page.split(separator: ProvidersDocument.marker, maxSplits: 1)
        #expect(parts.count == 2)
        let tables = ProvidersDocument(kinds: kinds, presets: ProviderPreset.all).markdown
        #expect(parts.last.map(String.init) == tables, "docs/PROVIDERS.md is old: run scripts/provider_docs.sh")
    }

    @Test func tellsTheVariablesOfKeysWhenItStarts() throws {
        let configuration = try GatewayConfiguration.embeddedDefault(
            environment: ["GROQ_API_KEY": "gsk"], providers: .all)
        let banner = Banner(
            configuration, source: .embeddedDefault, environment: CommandEnvironment(variables: [:], file: ".env"),
            port: 8080)
        #expect(banner.text.contains("providers      groq (key of GROQ_API_KEY), demo"))
        #expect(banner.text.contains("variables of .env"))
        #expect(!banner.text.contains("gsk"))
    }
}
