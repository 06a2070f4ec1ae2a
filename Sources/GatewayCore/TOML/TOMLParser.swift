/// Reads a TOML 1.0 document in one pass over its bytes.
///
/// Time and memory are linear in the document, and no input traps: nesting is limited, numbers are bounded in length.
package struct TOMLParser {
    /// Tables and arrays inside one another, dotted keys counted part by part.
    package static let maximumDepth = 128

    var cursor: TOMLCursor
    private let root: TOMLTableBuilder
    private var current: TOMLTableBuilder

    init(_ bytes: [UInt8]) throws(TOMLError) {
        cursor = try TOMLCursor(bytes)
        root = TOMLTableBuilder(.header, at: SourcePosition(line: 1, column: 1), depth: 0)
        current = root
    }

    mutating func parseDocument() throws(TOMLError) -> TOMLTable {
        while cursor.peek != nil {
            cursor.skipBlanks()
            switch cursor.peek {
            case UInt8(ascii: "["): try parseHeader()
            case UInt8(ascii: "#"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), nil: break
            default: try parsePair(into: current)
            }
            try finishLine()
        }
        return root.build()
    }

    /// A comment and the line break, after which the next expression may stand.
    private mutating func finishLine() throws(TOMLError) {
        cursor.skipBlanks()
        try skipComment()
        guard cursor.peek != nil, !cursor.takeLineBreak() else { return }
        try refuseBareCarriageReturn()
        throw cursor.error(
            "the line should end here, not go on with \(cursor.nextDescription)",
            hint: "write one key and value, or one header, a line")
    }

    mutating func skipComment() throws(TOMLError) {
        guard cursor.take(UInt8(ascii: "#")) else { return }
        _ = cursor.take { ($0 >= 0x20 && $0 != 0x7F) || $0 == UInt8(ascii: "\t") }
        guard cursor.peek != nil, !cursor.isAtLineBreak else { return }
        try refuseBareCarriageReturn()
        throw cursor.error("a comment cannot hold \(cursor.nextDescription)", hint: "delete it")
    }

    func refuseBareCarriageReturn() throws(TOMLError) {
        guard cursor.peek == UInt8(ascii: "\r") else { return }
        throw cursor.error("a carriage return without a line feed", hint: "end lines with LF or with CRLF")
    }

    private mutating func parseHeader() throws(TOMLError) {
        let position = cursor.position()
        let isArray = cursor.starts(with: "[[")
        cursor.advance(isArray ? 2 : 1)
        let path = try parseKeyPath()
        guard cursor.take(UInt8(ascii: "]")), !isArray || cursor.take(UInt8(ascii: "]")) else {
            throw cursor.error(
                "\(isArray ? "']]'" : "']'") should close the header, not \(cursor.nextDescription)",
                hint: "write \(isArray ? "[[name]]" : "[name]"), and quote names with other characters")
        }
        guard let key = path.last else { return }
        let parent = try descend(along: path.dropLast())
        let table = TOMLTableBuilder(.header, at: position, depth: try depth(inside: parent, at: key))
        current = isArray ? try append(table, to: key, of: parent) : try define(table, as: key, of: parent)
    }

    private func define(
        _ table: TOMLTableBuilder, as key: TOMLKey, of parent: TOMLTableBuilder
    ) throws(TOMLError) -> TOMLTableBuilder {
        switch parent.content(of: key) {
        case nil:
            parent.add(.table(table), for: key)
            return table
        case .table(let known) where known.origin == .implied:
            known.origin = .header
            return known
        case .tables:
            throw redefinition(of: key, in: parent, hint: "write [[\(key.text)]] to add an element to the array")
        case .table, .value:
            throw redefinition(of: key, in: parent, hint: "put the keys of both together")
        }
    }

    private func append(
        _ table: TOMLTableBuilder, to key: TOMLKey, of parent: TOMLTableBuilder
    ) throws(TOMLError) -> TOMLTableBuilder {
        switch parent.content(of: key) {
        case nil:
            let elements = TOMLTableBuilder.Elements()
            elements.tables.append(table)
            parent.add(.tables(elements), for: key)
            return table
        case .tables(let elements):
            elements.tables.append(table)
            return table
        case .table:
            throw redefinition(of: key, in: parent, hint: "write every one of its headers as [[\(key.text)]]")
        case .value:
            throw redefinition(of: key, in: parent, hint: "an array written as a value cannot grow by headers")
        }
    }

    /// The table at the end of a header's path, its missing tables made on the way; arrays lead to their last element.
    private func descend(along path: ArraySlice<TOMLKey>) throws(TOMLError) -> TOMLTableBuilder {
        var table = root
        for key in path {
            switch table.content(of: key) {
            case nil:
                let implied = TOMLTableBuilder(.implied, at: key.position, depth: try depth(inside: table, at: key))
                table.add(.table(implied), for: key)
                table = implied
            case .table(let known) where known.origin != .inline:
                table = known
            case .tables(let elements):
                guard let last = elements.tables.last else { return table }
                table = last
            case .table, .value:
                throw redefinition(of: key, in: table, hint: "a header cannot add to it: write everything in one place")
            }
        }
        return table
    }

    /// `a.b = value` into a table.
    mutating func parsePair(into table: TOMLTableBuilder) throws(TOMLError) {
        let path = try parseKeyPath()
        guard cursor.take(UInt8(ascii: "=")) else {
            throw cursor.error("'=' should follow the key, not \(cursor.nextDescription)", hint: "write key = value")
        }
        guard let key = path.last else { return }
        var target = table
        for part in path.dropLast() {
            target = try extend(target, with: part)
        }
        if target.content(of: key) != nil {
            throw redefinition(of: key, in: target, hint: "keep one of them")
        }
        cursor.skipBlanks()
        let content = try parseContent(depth: try depth(inside: target, at: key))
        target.add(content, for: key)
    }

    /// The table a part of a dotted key names, made when missing.
    private func extend(_ table: TOMLTableBuilder, with key: TOMLKey) throws(TOMLError) -> TOMLTableBuilder {
        switch table.content(of: key) {
        case nil:
            let dotted = TOMLTableBuilder(.dotted, at: key.position, depth: try depth(inside: table, at: key))
            table.add(.table(dotted), for: key)
            return dotted
        case .table(let known) where known.origin == .dotted || known.origin == .implied:
            known.origin = .dotted
            return known
        case .table, .tables, .value:
            throw redefinition(of: key, in: table, hint: "a dotted key cannot add to it: write everything in one place")
        }
    }

    private func depth(inside table: TOMLTableBuilder, at key: TOMLKey) throws(TOMLError) -> Int {
        guard table.depth < Self.maximumDepth else { throw tooDeep(at: key.offset) }
        return table.depth + 1
    }

    func tooDeep(at offset: Int) -> TOMLError {
        cursor.error(
            "tables and arrays stand inside one another more than \(Self.maximumDepth) deep",
            hint: "nest them less", at: offset)
    }

    private func redefinition(of key: TOMLKey, in table: TOMLTableBuilder, hint: String) -> TOMLError {
        let line = table.line(of: key).map { " in line \($0)" } ?? ""
        return cursor.error("'\(key.text)' is already defined\(line)", hint: hint, at: key.offset)
    }
}
