import GatewayCore
import GatewayProviders

/// The tables of docs/PROVIDERS.md, made from the data, so that the page cannot say otherwise.
struct ProvidersDocument {
    /// What stands in the page before the tables.
    static let marker = "<!-- below: gatewayd providers --markdown -->\n"

    let kinds: [ProviderKind]
    let presets: [ProviderPreset]

    var markdown: String { [kindTable, quirkTable, presetTable].joined(separator: "\n") }

    private var kindTable: String {
        let rows = kinds.map { kind in
            [
                code([kind.key]), kind.documentation.map { "[\(kind.name)](\($0))" } ?? kind.name,
                kind.format?.rawValue ?? "", code([kind.address].compactMap { $0 }), code(kind.keyVariables),
                code(kind.otherNames.map { $0 + "/" } + kind.modelPrefixes.map { $0 + "…" }),
            ]
        }
        return "## Every provider\n\n"
            + table(["name", "service", "format", "address", "key variable", "also by"], rows)
    }

    private var quirkTable: String {
        "## Quirks\n\n"
            + table(["quirk", "what it does"], OpenAIQuirk.allCases.map { [code([$0.rawValue]), $0.explanation] })
    }

    private var presetTable: String {
        let rows = presets.filter { !$0.sources.isEmpty }.map { preset in
            let quirks = OpenAIQuirk.allCases.filter(preset.dialect.quirks.contains).map(\.rawValue)
            let refusals = preset.dialect.refusals.map { refusal in
                let models = refusal.models.isEmpty ? "" : " (of " + code(refusal.models) + ")"
                return code(refusal.parameters) + models
            }
            let sources = preset.sources.enumerated().map { "[\($0 + 1)](\($1))" }
            return [
                code([preset.key]), code(quirks), refusals.joined(separator: "; "),
                code([preset.dialect.streamEnd.rawValue]), sources.joined(separator: " "),
            ]
        }
        return "## What differs\n\n"
            + table(["name", "quirks", "unsupported parameters", "stream end", "told in"], rows)
    }

    private func code(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: " ") }

    private func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
}
