extension InstanceConfiguration {
    /// Reads the keys of every kind, then the ones of this kind.
    init(reading reader: inout ConfigurationReader, of kind: ProviderKind, defaultName: String) {
        self.init(name: reader.name("name") ?? defaultName)
        isEnabled = reader.boolean("enabled") ?? isEnabled
        apiKey = reader.secret("api_key")
        apiKeys = reader.secrets("api_keys", atMost: InstanceState.maxKeys - 1) ?? apiKeys
        if let apiKey, !apiKeys.isEmpty { apiKeys = [apiKey] + apiKeys.filter { $0 != apiKey } }
        apiKey = apiKey ?? apiKeys.first
        baseURL = reader.url("base_url")
        takeKeyFromEnvironment(of: kind, &reader)
        timeouts = TransportTimeouts(reading: &reader)
        priority = reader.integer("priority", in: 1...Int.max) ?? priority
        weight = reader.integer("weight", in: 1...1_000_000) ?? weight
        priceFactor = reader.number("price_factor", in: 0...1e9) ?? priceFactor
        failureTimeout = reader.seconds("failure_timeout_seconds")
        headers = reader.headers("headers") ?? reader.headers("custom_headers") ?? headers
        authMode = reader.choice("auth_mode", of: AuthMode.self) ?? authMode
        oauthProvider = reader.name("oauth_provider")
        modelPrefixes = reader.modelPrefixes("model_prefixes") ?? modelPrefixes
        capabilities = reader.table("capabilities") { ModelTraits(reading: &$0) } ?? capabilities
        kind.read(&reader, &self)
        requireCredentials(of: kind, in: &reader)
    }

    /// A key that is not written is looked for where users of the provider usually keep it, but never sent to an address
    /// that is not the provider's own.
    private mutating func takeKeyFromEnvironment(of kind: ProviderKind, _ reader: inout ConfigurationReader) {
        guard apiKey == nil, !reader.has("api_key"), !reader.has("api_keys"), isAtHome(of: kind),
            let variable = kind.keyVariable(in: reader.environment)
        else {
            return
        }
        apiKey = reader.secret(inVariable: variable)
        apiKeyVariable = variable
    }

    /// Whether the address is one that the kind's own keys belong to.
    private func isAtHome(of kind: ProviderKind) -> Bool {
        baseURL == nil || baseURL == kind.defaultBaseURL || !kind.requiresKey || kind.defaultBaseURL == nil
    }

    private func requireCredentials(of kind: ProviderKind, in reader: inout ConfigurationReader) {
        guard isEnabled else { return }
        switch authMode {
        case .oauth:
            guard oauthProvider == nil else { return }
            reader.reportMissing("oauth_provider", hint: "name one of the [[oauth_providers]], or delete auth_mode")
        case .bearer:
            let isOwnAddress = baseURL == nil || baseURL == kind.defaultBaseURL
            guard kind.requiresKey, isOwnAddress, apiKey == nil, apiKeyVariable == nil,
                !authenticatesBySettings
            else { return }
            let variable = kind.keyVariables.first.map { "\"${\($0)}\"" } ?? "\"…\""
            if reader.has("api_key") {
                reader.report("api_key", "'api_key' is empty", hint: "write the key, or enabled = false")
            } else {
                reader.reportMissing("api_key", hint: "write api_key = \(variable), or enabled = false")
            }
        }
    }
}

extension ConfigurationReader {
    /// Beginnings of names of models, `deepseek-` or `ds/`.
    fileprivate mutating func modelPrefixes(_ key: String) -> [String]? {
        guard let prefixes = strings(key) else { return nil }
        guard prefixes.allSatisfy({ !$0.isEmpty && $0 != "/" && !$0.dropLast().contains("/") }) else {
            report(
                key, "'\(key)' has an entry that is empty or has a '/' inside", hint: "write \"deepseek-\" or \"ds/\"")
            return nil
        }
        return prefixes
    }
}

extension TransportTimeouts {
    /// `timeout_seconds` is the older word for the first byte and the silences after it; the newer ones go before it.
    init(reading reader: inout ConfigurationReader) {
        self.init()
        let silence = reader.seconds("timeout_seconds")
        connect = reader.seconds("connect_timeout_seconds") ?? connect
        firstByte = reader.seconds("first_byte_timeout_seconds") ?? silence ?? firstByte
        idle = reader.seconds("idle_timeout_seconds") ?? silence ?? idle
        total = reader.seconds("total_timeout_seconds")
    }
}

extension ModelTraits {
    init(reading reader: inout ConfigurationReader) {
        self.init()
        structuredOutputs = reader.boolean("structured_outputs")
        sampling = reader.boolean("sampling")
        reasoning = reader.boolean("reasoning")
        reasoningByEffort = reader.boolean("reasoning_by_effort")
        legacyMaxTokens = reader.boolean("legacy_max_tokens")
        systemMidConversation = reader.boolean("system_mid_conversation")
        mediaByURL = reader.boolean("media_by_url")
    }
}

extension PromptCacheConfiguration {
    /// A section asks for everything that it does not switch off.
    package init(reading reader: inout ConfigurationReader) {
        self.init(marksSystem: true, marksTools: true)
        marksSystem = reader.boolean("auto_cache_system") ?? marksSystem
        minSystemTokens = reader.integer("min_system_tokens", in: 0...Int.max) ?? minSystemTokens
        marksTools = reader.boolean("auto_cache_tools") ?? marksTools
    }
}
