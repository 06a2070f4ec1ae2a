import GatewayCore

/// What is known of a service that speaks OpenAI's chat format: enough to configure it by its name alone.
package struct ProviderPreset: Sendable {
    /// The name of its table under `[providers]`, and what stands before the slash in `groq/llama-3.3-70b`.
    package var key: String
    /// How the vendor writes its name.
    var name: String
    /// How LiteLLM and others call it.
    var otherNames: [String] = []
    /// May hold parts in braces, each of which is a setting of an instance: `{account_id}`.
    var baseURL: String
    var keyVariables: [String]
    var needsKey = true
    var settingVariables: [SettingVariable] = []
    /// The beginnings of model names that no other service uses.
    var modelPrefixes: [String] = []
    var documentation: String
    /// Nothing is known to differ where it says nothing; `[DONE]` is then not waited for. `maxTokens` and `systemRole` are
    /// OpenAI's older words: they stand where the vendor's page names only these, and for Databricks, DashScope, AI21 and
    /// Cloudflare by caution, for no page says that the newer ones are taken.
    package var dialect = OpenAIDialect(streamEnd: .finishReason)
    /// Which of its models it also has in OpenAI's Completions API, by its own documentation.
    var completions = CompatibleConfig.Completions.none
    /// Where its reranking is, from the host on, if not at `/rerank` below the address.
    var rerankPath: String?
    /// Where the differences are told.
    package var sources: [String] = []

    /// The names in braces.
    var addressParts: [String] {
        baseURL.split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first.map(String.init) }
    }

    /// Nil when a part is missing.
    func address(filledWith parts: [String: String]) -> String? {
        var address = baseURL
        for name in addressParts {
            guard let value = parts[name], let start = address.firstRange(of: "{\(name)}") else { return nil }
            address.replaceSubrange(start, with: value)
        }
        return address
    }
}

extension ProviderPreset {
    var kind: ProviderKind {
        let preset = self
        return ProviderKind(
            key: key, name: name, otherNames: otherNames, documentation: documentation, format: .openAI,
            defaultBaseURL: addressParts.isEmpty ? baseURL : nil, addressTemplate: baseURL, keyVariables: keyVariables,
            settingVariables: settingVariables, modelPrefixes: modelPrefixes, requiresKey: needsKey,
            make: { (instance) throws(ProviderError) in try preset.provider(for: instance) },
            read: { reader, instance in preset.read(&reader, into: &instance) })
    }

    private var standardConfig: CompatibleConfig {
        CompatibleConfig(dialect: dialect, completions: completions, rerankPath: rerankPath)
    }

    func provider(for instance: InstanceConfiguration) throws(ProviderError) -> OpenAIProvider {
        let config = instance.settings(as: CompatibleConfig.self) ?? standardConfig
        return try OpenAIProvider(
            compatible: instance, standardAddress: address(filledWith: config.addressParts), config: config)
    }

    private func read(_ reader: inout ConfigurationReader, into instance: inout InstanceConfiguration) {
        var config = standardConfig
        config.read(from: &reader)
        for part in addressParts {
            let variables = settingVariables.first { $0.setting == part }?.variables ?? []
            let value = reader.name(part) ?? reader.variable(variables)
            guard let value else {
                let isMissing = instance.baseURL == nil && !reader.has("base_url") && !reader.has(part)
                if isMissing { reader.reportMissing(part, hint: "write \(part) = \"…\", as in \(baseURL)") }
                continue
            }
            if !value.utf8.allSatisfy(\.isUnreservedInURL) {
                reader.report(
                    part, "'\(part)' cannot stand in the address \(baseURL)", hint: "write it without https://")
            }
            config.addressParts[part] = value
        }
        if let baseURL = instance.baseURL, !needsKey { instance.baseURL = Self.withPath(baseURL, of: self.baseURL) }
        instance.settings = ProviderSettings(config)
    }

    /// People name a server on their own machine without the API's path, `http://localhost:11434`.
    private static func withPath(_ address: String, of standard: String) -> String {
        func path(_ url: String) -> Substring {
            let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
            return rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
        }
        return path(address).isEmpty ? address + path(standard) : address
    }
}

extension String {
    /// The first place of a short text. The standard library has none without Foundation's or RegexBuilder's.
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            formIndex(after: &start)
        }
        return nil
    }
}
