/// Environment variables that go before the file: `LLM_GATEWAY__SERVER__PORT=9000` sets `server.port`.
///
/// The parts of a name are the keys of the path, in capitals, `-` and other characters written as `_`. Where an array of
/// tables stands in the way, its first table is meant; what is missing is made.
struct EnvironmentOverrides {
    static let prefix = "LLM_GATEWAY__"

    private(set) var problems: [ConfigurationProblem] = []

    mutating func apply(_ environment: [String: String], to root: inout ConfigurationTable) {
        for variable in environment.keys.sorted() where variable.hasPrefix(Self.prefix) {
            let path = Self.path(variable)
            guard !path.contains("") else {
                report(variable, "this names no setting", "write \(Self.prefix)SECTION__KEY")
                continue
            }
            set(environment[variable] ?? "", at: path[...], in: &root, for: variable)
        }
    }

    /// The parts between double underscores, in small letters.
    private static func path(_ variable: String) -> [String] {
        var parts = [""]
        var rest = variable.dropFirst(prefix.count)
        while let character = rest.first {
            if rest.hasPrefix("__") {
                parts.append("")
                rest = rest.dropFirst(2)
            } else {
                parts[parts.count - 1] += character.lowercased()
                rest = rest.dropFirst()
            }
        }
        return parts
    }

    private mutating func set(
        _ text: String, at path: ArraySlice<String>, in table: inout ConfigurationTable, for variable: String
    ) {
        guard let part = path.first else { return }
        let location = ConfigurationProblem.Location.environment(variable: variable)
        let entry = table.entries.first { $0.key.asVariablePart == part }
        let key = entry?.key ?? part
        guard path.count > 1 else {
            if case .table = entry?.node.value {
                report(variable, "'\(key)' is a table, not a value", "go on with __ and the key inside it")
            } else {
                table.set(ConfigurationNode(value: .text(text), location: location), for: key)
            }
            return
        }
        switch entry?.node.value {
        case nil:
            var nested = ConfigurationTable(location: location)
            set(text, at: path.dropFirst(), in: &nested, for: variable)
            table.set(ConfigurationNode(value: .table(nested), location: location), for: key)
        case .table(var nested):
            set(text, at: path.dropFirst(), in: &nested, for: variable)
            table.set(ConfigurationNode(value: .table(nested), location: entry?.node.location ?? location), for: key)
        case .array(var nodes):
            guard case .table(var nested) = nodes.first?.value ?? .table(ConfigurationTable(location: location)) else {
                report(variable, "'\(key)' holds no tables", "set the whole list, its elements separated by ','")
                return
            }
            set(text, at: path.dropFirst(), in: &nested, for: variable)
            let node = ConfigurationNode(value: .table(nested), location: nodes.first?.location ?? location)
            nodes.replaceSubrange(0..<min(1, nodes.count), with: [node])
            table.set(ConfigurationNode(value: .array(nodes), location: entry?.node.location ?? location), for: key)
        case .string, .text, .integer, .float, .boolean, .dateTime:
            report(
                variable, "'\(key)' is a value and holds no keys", "end the name at \(key.asVariablePart.uppercased())")
        }
    }

    private mutating func report(_ variable: String, _ message: String, _ hint: String) {
        problems.append(
            ConfigurationProblem(location: .environment(variable: variable), message: message, hint: hint))
    }
}

extension String {
    /// The key as a variable's name spells it, in small letters.
    fileprivate var asVariablePart: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    guard scalar.isASCII, let byte = UInt8(exactly: scalar.value) else { return scalar }
                    return byte.isASCIILetter || byte.isASCIIDigit ? Unicode.Scalar(byte.asciiLowercased) : "_"
                }))
    }
}
