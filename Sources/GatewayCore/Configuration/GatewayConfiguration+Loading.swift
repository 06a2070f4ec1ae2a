extension GatewayConfiguration {
    /// Reads `config.toml`: parses it, resolves `${VARIABLE}`, lets `LLM_GATEWAY__…` variables override it, and
    /// validates the whole. Throws everything that is wrong at once.
    ///
    /// `providers` are the kinds it may name, `.all` of GatewayProviders. `file` is only a name for messages. Nothing is read but the arguments: pass the process's environment in.
    public static func load(
        toml bytes: [UInt8], file: String = "config.toml", environment: [String: String] = [:],
        providers: ProviderCatalog
    ) throws(ConfigurationError) -> GatewayConfiguration {
        let document: TOMLTable
        do {
            document = try TOMLTable(parsing: bytes)
        } catch {
            let location = ConfigurationProblem.Location.file(
                file, line: error.position.line, column: error.position.column)
            throw ConfigurationError(problems: [
                ConfigurationProblem(location: location, message: error.message, hint: error.hint)
            ])
        }
        var builder = ConfigurationTreeBuilder(file: file, environment: environment)
        var root = builder.table(document, at: SourcePosition(line: 1, column: 1))
        var overrides = EnvironmentOverrides()
        overrides.apply(environment, to: &root)
        EnvironmentProviders(kinds: providers.kinds, environment: environment).apply(to: &root)
        var decoder = ConfigurationDecoder(root: root, kinds: providers.kinds, environment: environment)
        let configuration = decoder.decode()
        let validation = ConfigurationValidator(configuration) { decoder.location(of: $0) }
        let unresolved = builder.problems.map(\.location)
        let problems =
            builder.problems + overrides.problems
            + (decoder.problems + validation.problems()).filter { !unresolved.contains($0.location) }
        guard problems.isEmpty else {
            throw ConfigurationError(problems: problems.inReadingOrder)
        }
        return configuration
    }

    /// What is wrong with a configuration that was built in code; empty when a gateway can be made of it.
    public func problems() -> [ConfigurationProblem] {
        ConfigurationValidator(self) { _ in .program }.problems()
    }
}

extension [ConfigurationProblem] {
    /// By line and column; the environment's last.
    fileprivate var inReadingOrder: [ConfigurationProblem] {
        let sorted = enumerated().sorted { left, right in
            switch (left.element.location, right.element.location) {
            case (.file(_, let line, let column), .file(_, let otherLine, let otherColumn)):
                (line, column, left.offset) < (otherLine, otherColumn, right.offset)
            case (.file, _): true
            case (_, .file): false
            default: left.offset < right.offset
            }
        }
        return sorted.map(\.element)
    }
}
