import Testing

@testable import GatewayCore

struct LabelSetsTests {
    private func record(
        model: String?, provider: String? = "openai", key: String? = "team", outcome: RequestRecord.Outcome = .success
    ) -> RequestRecord {
        var record = RequestRecord(id: "r", startedAt: 0, clientFormat: .openAI, keyName: key)
        record.endpoint = "/v1/chat/completions"
        record.provider = provider
        record.model = model
        record.outcome = outcome
        return record
    }

    private func configuration(_ change: (inout MetricsConfiguration) -> Void = { _ in }) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(
            apiKeys: [GatewayKey(name: "team", key: "sk-gateway-team-0001")],
            models: [ModelEntry(name: "gpt-4", provider: "openai", apiModel: "gpt-4o")])
        change(&configuration.metrics)
        return configuration
    }

    @Test func aModelIsNamedOnceAProviderAnsweredForIt() {
        var sets = LabelSets(configuration())
        #expect(sets.key(for: record(model: "made-up", outcome: .refused)).key.model == "other")
        #expect(sets.key(for: record(model: "made-up", provider: nil, outcome: .refused)).key.model == "other")
        #expect(sets.key(for: record(model: "real")).key.model == "real")
        #expect(sets.key(for: record(model: "real", outcome: .failure)).key.model == "real")
        #expect(sets.key(for: record(model: "gpt-4o", outcome: .timeout)).key.model == "gpt-4o")
        #expect(sets.key(for: record(model: nil, provider: nil, outcome: .refused)).key.model == "none")
        #expect(sets.key(for: record(model: String(repeating: "m", count: 300))).key.model == "other")
    }

    @Test func theProvidersNameOfAModelCounts() {
        var sets = LabelSets(configuration())
        var aliased = record(model: "fast")
        aliased.providerModel = "gpt-4o-mini"
        #expect(sets.key(for: aliased).key.model == "gpt-4o-mini")
    }

    @Test func modelsBeyondTheLimitAreOther() {
        var sets = LabelSets(configuration { $0.maxModels = 3 })
        let labels = (0..<10).map { sets.key(for: record(model: "model-\($0)")).key.model }
        #expect(labels == ["model-0", "model-1"] + Array(repeating: "other", count: 8))
        #expect(sets.key(for: record(model: "model-1")).key.model == "model-1")
    }

    @Test func keysAreNamedOrHashed() {
        var named = LabelSets(configuration())
        #expect(named.key(for: record(model: "gpt-4o")).key.apiKey == "team")
        #expect(named.key(for: record(model: "gpt-4o", key: nil)).key.apiKey == "none")
        #expect(named.key(for: record(model: "gpt-4o", key: "deleted")).key.apiKey == "other")
        var hashed = LabelSets(configuration { $0.includesKeyHash = true })
        // printf %s sk-gateway-team-0001 | sha256sum
        #expect(hashed.key(for: record(model: "gpt-4o")).key.apiKey == "63caabe7670f")
    }

    @Test func whatWasSeenSurvivesAChangeOfConfiguration() {
        var before = LabelSets(configuration())
        _ = before.key(for: record(model: "seen"))
        var after = LabelSets(configuration { $0.maxModels = 10 })
        after.adopt(before)
        #expect(after.key(for: record(model: "seen", outcome: .failure)).key.model == "seen")
    }
}

struct SHA256Tests {
    /// FIPS 180-4's examples, and the lengths around which the padding changes.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (String(repeating: "a", count: 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
        (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    ])
    func matchesTheStandard(text: String, digest: String) {
        let hexadecimal = SHA256.digest(Array(text.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        #expect(hexadecimal.joined() == digest)
    }
}
