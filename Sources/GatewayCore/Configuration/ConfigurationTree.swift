/// A configuration before it is typed: the tables of a TOML file with the environment's word already in them, every
/// value with the place it came from.
struct ConfigurationTable {
    struct Entry {
        var key: String
        var location: ConfigurationProblem.Location
        var node: ConfigurationNode
    }

    var location: ConfigurationProblem.Location
    private(set) var entries: [Entry] = []
    private var index: [ExactKey: Int] = [:]

    init(location: ConfigurationProblem.Location) {
        self.location = location
    }

    subscript(key: String) -> Entry? {
        index[ExactKey(key)].map { entries[$0] }
    }

    /// Replaces the value of the key in place, or adds the key.
    mutating func set(_ node: ConfigurationNode, for key: String) {
        if let place = index[ExactKey(key)] {
            entries[place].node = node
        } else {
            append(Entry(key: key, location: node.location, node: node))
        }
    }

    /// The key must be new.
    mutating func append(_ entry: Entry) {
        index[ExactKey(entry.key)] = entries.count
        entries.append(entry)
    }
}

struct ConfigurationNode {
    enum Value {
        case string(String)
        /// From the environment, which knows texts only: whatever type is asked for is read out of it.
        case text(String)
        case integer(Int64)
        case float(Double)
        case boolean(Bool)
        case dateTime(TOMLDateTime)
        case array([ConfigurationNode])
        case table(ConfigurationTable)
    }

    var value: Value
    var location: ConfigurationProblem.Location

    /// What a person calls it: "a string", "an array".
    var kindName: String {
        switch value {
        case .string, .text: "a string"
        case .integer: "an integer"
        case .float: "a float"
        case .boolean: "a boolean"
        case .dateTime: "a date or time"
        case .array: "an array"
        case .table: "a table"
        }
    }
}

/// Turns a TOML document into a tree, resolving `${VARIABLE}` in its strings.
struct ConfigurationTreeBuilder {
    let file: String
    let environment: [String: String]
    private(set) var problems: [ConfigurationProblem] = []

    init(file: String, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    mutating func table(_ table: TOMLTable, at position: SourcePosition) -> ConfigurationTable {
        var result = ConfigurationTable(location: location(position))
        for entry in table.entries {
            let item = node(entry.item)
            result.append(.init(key: entry.key, location: location(entry.keyPosition), node: item))
        }
        return result
    }

    private mutating func node(_ item: TOMLItem) -> ConfigurationNode {
        let value: ConfigurationNode.Value =
            switch item.value {
            case .string(let text): string(text, at: item.position)
            case .integer(let number): .integer(number)
            case .float(let number): .float(number)
            case .boolean(let flag): .boolean(flag)
            case .dateTime(let dateTime): .dateTime(dateTime)
            case .array(let items): .array(items.map { node($0) })
            case .table(let nested): .table(table(nested, at: item.position))
            }
        return ConfigurationNode(value: value, location: location(item.position))
    }

    private mutating func string(_ text: String, at position: SourcePosition) -> ConfigurationNode.Value {
        do {
            switch try Interpolation(text).resolved(in: environment) {
            case .unchanged: return .string(text)
            case .replaced(let replaced): return .text(replaced)
            }
        } catch {
            problems.append(
                ConfigurationProblem(location: location(position), message: error.message, hint: error.hint))
            return .text(text)
        }
    }

    private func location(_ position: SourcePosition) -> ConfigurationProblem.Location {
        .file(file, line: position.line, column: position.column)
    }
}
