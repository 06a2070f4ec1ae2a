extension TOMLParser {
    /// A value of a key: tables stay builders, so that inline tables can be told from others.
    mutating func parseContent(depth: Int) throws(TOMLError) -> TOMLTableBuilder.Content {
        guard cursor.peek == UInt8(ascii: "{") else { return .value(try parseItem(depth: depth)) }
        return .table(try parseInlineTable(depth: depth))
    }

    private mutating func parseItem(depth: Int) throws(TOMLError) -> TOMLItem {
        let position = cursor.position()
        let value: TOMLValue
        switch cursor.peek {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): value = .string(try parseString())
        case UInt8(ascii: "["): value = .array(try parseArray(depth: depth))
        case UInt8(ascii: "{"): return try parseInlineTable(depth: depth).item()
        default: value = try parseScalar()
        }
        return TOMLItem(value: value, position: position)
    }

    private mutating func parseArray(depth: Int) throws(TOMLError) -> [TOMLItem] {
        guard depth < Self.maximumDepth else { throw tooDeep(at: cursor.offset) }
        cursor.advance()
        var items: [TOMLItem] = []
        while true {
            try skipBlanksCommentsAndLineBreaks()
            if cursor.take(UInt8(ascii: "]")) { return items }
            items.append(try parseItem(depth: depth + 1))
            try skipBlanksCommentsAndLineBreaks()
            if cursor.take(UInt8(ascii: ",")) { continue }
            guard cursor.peek != UInt8(ascii: "]") else { continue }
            throw cursor.error(
                "',' or ']' should follow the array's element, not \(cursor.nextDescription)",
                hint: "separate elements by ',' and close the array by ']'")
        }
    }

    private mutating func parseInlineTable(depth: Int) throws(TOMLError) -> TOMLTableBuilder {
        guard depth < Self.maximumDepth else { throw tooDeep(at: cursor.offset) }
        // Header while it is open: what is written in one pair, a dotted key of the next must not add to.
        let table = TOMLTableBuilder(.header, at: cursor.position(), depth: depth)
        defer { table.origin = .inline }
        cursor.advance()
        cursor.skipBlanks()
        if cursor.take(UInt8(ascii: "}")) { return table }
        while true {
            if cursor.peek == UInt8(ascii: "}") {
                throw cursor.error("an inline table cannot end with ','", hint: "delete the last ','")
            }
            try refuseLineBreakInInlineTable()
            try parsePair(into: table)
            cursor.skipBlanks()
            if cursor.take(UInt8(ascii: "}")) { return table }
            try refuseLineBreakInInlineTable()
            guard cursor.take(UInt8(ascii: ",")) else {
                throw cursor.error(
                    "',' or '}' should follow the inline table's value, not \(cursor.nextDescription)",
                    hint: "separate pairs by ',' and close the table by '}'")
            }
            cursor.skipBlanks()
        }
    }

    private func refuseLineBreakInInlineTable() throws(TOMLError) {
        guard cursor.isAtLineBreak || cursor.peek == UInt8(ascii: "#") else { return }
        throw cursor.error(
            "an inline table must stand on one line", hint: "join the lines, or write the table under a [header]")
    }

    private mutating func skipBlanksCommentsAndLineBreaks() throws(TOMLError) {
        repeat {
            cursor.skipBlanks()
            try skipComment()
        } while cursor.takeLineBreak()
    }
}
