/// Reads one table of the configuration, key by key, and collects everything that is wrong with it.
///
/// Each getter returns nil when the key is absent, and also when its value is wrong, which it then reports. What nobody
/// asked for is an unknown key; the keys asked for are the ones it is compared with to find what was meant. So ask for
/// every key the table may have, also where its value will not be used.
public struct ConfigurationReader {
    private let table: ConfigurationTable
    /// The variables of the process, for settings that are left out.
    public let environment: [String: String]
    private var asked: [String] = []
    private(set) var problems: [ConfigurationProblem] = []

    init(_ table: ConfigurationTable, environment: [String: String] = [:]) {
        self.table = table
        self.environment = environment
    }

    /// Where the table begins.
    public var location: ConfigurationProblem.Location { table.location }

    /// Where the value of the key stands; the table's own place when it is absent.
    public func location(of key: String) -> ConfigurationProblem.Location {
        table[key]?.node.location ?? table.location
    }

    /// Reports a problem with the key's value.
    public mutating func report(_ key: String, _ message: String, hint: String? = nil) {
        problems.append(ConfigurationProblem(location: location(of: key), message: message, hint: hint))
    }

    mutating func report(_ problem: ConfigurationProblem) {
        problems.append(problem)
    }

    /// Reports that a key the table cannot do without is absent.
    public mutating func reportMissing(_ key: String, hint: String) {
        problems.append(
            ConfigurationProblem(location: table.location, message: "'\(key)' is missing", hint: hint))
    }

    mutating func report(_ node: ConfigurationNode, _ message: String, hint: String? = nil) {
        problems.append(ConfigurationProblem(location: node.location, message: message, hint: hint))
    }

    mutating func reportKind(of key: String, _ node: ConfigurationNode, wanted: String, hint: String) {
        report(node, "'\(key)' should be \(wanted), not \(node.kindName)", hint: hint)
    }

    /// Whether the key stands in the table, whatever its value.
    public func has(_ key: String) -> Bool { table[key] != nil }

    func isTable(_ key: String) -> Bool {
        if case .table = table[key]?.node.value { true } else { false }
    }

    /// The value of the first of these variables that is set and not empty.
    public func variable(_ names: [String]) -> String? {
        names.lazy.compactMap { [environment] in environment[$0] }.first { !$0.isEmpty }
    }

    func isText(_ key: String) -> Bool {
        if case .string = table[key]?.node.value { true } else { false }
    }

    /// The keys as written, in order.
    var keys: [String] { table.entries.map(\.key) }

    /// The keys of a table whose keys are names, in order; asks for all of them.
    mutating func allKeys() -> [String] {
        asked += keys
        return keys
    }

    mutating func node(_ key: String) -> ConfigurationNode? {
        asked.append(key)
        return table[key]?.node
    }

    /// Reads the table of that key.
    public mutating func table<Value>(_ key: String, read: (inout ConfigurationReader) -> Value) -> Value? {
        guard let node = node(key) else { return nil }
        guard case .table(let nested) = node.value else {
            reportKind(of: key, node, wanted: "a table", hint: "write [\(key)] and its keys below")
            return nil
        }
        return self.read(nested, read)
    }

    /// Reads each of the tables of that key, `[[key]]`; a single table counts as one.
    public mutating func tables(_ key: String, read: (inout ConfigurationReader) -> Void) {
        guard let node = node(key) else { return }
        switch node.value {
        case .table(let nested): self.read(nested, read)
        case .array(let nodes):
            for element in nodes {
                guard case .table(let nested) = element.value else {
                    reportKind(of: key, element, wanted: "a table", hint: "write [[\(key)]] and its keys below")
                    continue
                }
                self.read(nested, read)
            }
        case .string, .text, .integer, .float, .boolean, .dateTime:
            reportKind(of: key, node, wanted: "a table", hint: "write [[\(key)]] and its keys below")
        }
    }

    private mutating func read<Value>(
        _ nested: ConfigurationTable, _ read: (inout ConfigurationReader) -> Value
    ) -> Value {
        var reader = ConfigurationReader(nested, environment: environment)
        let value = read(&reader)
        problems += reader.finish()
        return value
    }

    /// Everything that is wrong with the table, unknown keys included.
    consuming func finish() -> [ConfigurationProblem] {
        let known = Set(asked.map(ExactKey.init))
        for entry in table.entries where !known.contains(ExactKey(entry.key)) {
            problems.append(
                ConfigurationProblem(
                    location: entry.location, message: "unknown key '\(entry.key)'",
                    hint: Suggestion.hint(for: entry.key, among: asked)))
        }
        return problems
    }
}
