/// A TOML document, or a table in one: keys in the order they were first written, each with where it stands.
package struct TOMLTable: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package var key: String
        package var keyPosition: SourcePosition
        package var item: TOMLItem
    }

    package private(set) var entries: [Entry]
    private var index: [ExactKey: Int]

    /// Keys must differ; the parser sees to it.
    init(entries: [Entry]) {
        self.entries = entries
        index = Dictionary(uniqueKeysWithValues: entries.indices.map { (ExactKey(entries[$0].key), $0) })
    }

    /// Parses a TOML 1.0 document. Every rule of the specification is enforced; nesting is limited to
    /// `TOMLParser.maximumDepth`.
    package init(parsing bytes: [UInt8]) throws(TOMLError) {
        var parser = try TOMLParser(bytes)
        self = try parser.parseDocument()
    }

    package subscript(key: String) -> TOMLItem? {
        index[ExactKey(key)].map { entries[$0].item }
    }
}

/// A value and where it begins.
package struct TOMLItem: Sendable, Equatable {
    package var value: TOMLValue
    package var position: SourcePosition
}

package enum TOMLValue: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case dateTime(TOMLDateTime)
    case array([TOMLItem])
    case table(TOMLTable)

    /// What a person calls it: "a string", "an array".
    package var kindName: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a float"
        case .boolean: "a boolean"
        case .dateTime: "a date or time"
        case .array: "an array"
        case .table: "a table"
        }
    }
}

/// A place in a text, counted from 1; columns count Unicode scalars.
package struct SourcePosition: Sendable, Equatable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Keys are equal when their scalars are: TOML knows no normalization, which `String` applies.
struct ExactKey: Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: ExactKey, right: ExactKey) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
