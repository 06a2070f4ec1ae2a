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

    @Test func namesEveryKeyOfEveryTable() throws {
        let tables = try TableWalk(skipping: presets.subtracting(["groq"])).tables
        let sections = self.sections
        // What people look for first, so that the walk is seen to have gone everywhere.
        for path in [["cache"], ["limits", "keys", "a"], ["telemetry"], ["responses"], ["failover", "circuit"]] {
            #expect(tables.contains { $0.path == path }, "\(path)")
        }
        for table in tables {
            for key in table.keys where key != "custom_headers" && !presets.contains(key) {
                // Rules and instances are shown whole once, and so is what a table repeats of the one around it.
                let alike = tables.filter {
                    $0.keys == table.keys || table.isProvider && $0.isProvider || table.repeats(key, of: $0)
                }
                let isShown = sections.contains { section in
                    alike.contains {
                        $0.isShown(by: section.path) && section.keys.contains(key)
                            || $0.below(key).begins(section.path)
                    }
                }
                #expect(isShown, "\(table.path) \(key)")
            }
        }
    }

    /// The example by its headers, with the keys below each.
    private var sections: [(path: [String], keys: Set<String>)] {
        var sections: [(path: [String], keys: Set<String>)] = [([], [])]
        for line in everything.split(separator: "\n") {
            if line.hasPrefix("[") {
                let path = line.prefix { $0 != "#" }.filter { !"[]\" ".contains($0) }.split(separator: ".").map(
                    String.init)
                sections.append((path, []))
            } else if let key = Self.key(of: line), !line.hasPrefix("#") {
                sections[sections.count - 1].keys.insert(key)
                guard let brace = line.firstIndex(of: "{") else { continue }
                // A table within the line; the section goes on after it.
                let inner = line[brace...].dropFirst().split(separator: ",").compactMap(Self.key)
                sections.insert((sections[sections.count - 1].path + [key], Set(inner)), at: sections.count - 1)
            }
        }
        return sections
    }

    private static func key(of assignment: Substring) -> String? {
        assignment.split(separator: "=").first?.filter { !"\" ".contains($0) }
    }
}

/// Every table that the configuration may have, found by what it says of a key that it does not know.
private struct TableWalk {
    struct Table {
        /// `a` stands for a name that the operator chooses.
        var path: [String]
        var keys: [String]

        var isProvider: Bool { path.first == "providers" && path.count == 2 }

        func repeats(_ key: String, of other: Table) -> Bool {
            path.count > 1 && path.dropLast() == other.path[...] && other.keys.contains(key)
        }

        func below(_ key: String) -> Table { Table(path: path + [key], keys: []) }

        func isShown(by path: [String]) -> Bool { path.count == self.path.count && begins(path) }

        /// Whether the header is this table's, or that of a table in it.
        func begins(_ header: [String]) -> Bool {
            header.count >= path.count && zip(path, header).allSatisfy { $0 == "a" || $0 == $1 }
        }
    }

    private static let unknown = "a_key_that_is_like_no_other"
    private(set) var tables: [Table] = []
    private let skipped: Set<String>

    init(skipping names: Set<String>) throws {
        skipped = names
        try visit([])
    }

    private mutating func visit(_ path: [String]) throws {
        guard let keys = try keys(of: path) else { return }
        tables.append(Table(path: path, keys: keys))
        for key in keys where !skipped.contains(key) {
            try visit(path + [key])
            if try self.keys(of: path + [key]) == nil { try visit(path + [key, "a"]) }
        }
    }

    /// Nil where there can be no table, or one whose keys are names alone.
    private func keys(of path: [String]) throws -> [String]? {
        let header = path.isEmpty ? "" : "[\(path.joined(separator: "."))]\n"
        do {
            _ = try GatewayConfiguration.load(toml: Array("\(header)\(Self.unknown) = 1".utf8))
        } catch {
            let complaint = error.problems.first { $0.message == "unknown key '\(Self.unknown)'" }
            guard let hint = complaint?.hint else { return nil }
            return hint.dropFirst("known here: ".count).split(separator: ", ").map(String.init)
        }
        return nil
    }
}
