extension JSONValue {
    /// Appends the value as JSON text without white space. Members stay in order, numbers keep their text.
    public func write(into output: inout [UInt8]) {
        switch self {
        case .null: JSONText.append("null", to: &output)
        case .bool(let value): JSONText.write(value, into: &output)
        case .number(let number): JSONText.write(number, into: &output)
        case .string(let string): JSONText.write(string, into: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for index in elements.indices {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                elements[index].write(into: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object): object.write(into: &output)
        }
    }

    /// The value as JSON text in UTF-8, without white space.
    ///
    /// - Parameter sizeHint: about how long the text will be; it saves copying a long one while it grows.
    public func serialized(sizeHint: Int = 256) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(sizeHint + sizeHint / 8)
        write(into: &output)
        return output
    }

    public var serializedString: String { String(decoding: serialized(), as: UTF8.self) }

    /// The value with one member or element a line and an indent of two spaces, for people.
    public var prettySerializedString: String {
        var output: [UInt8] = []
        writePretty(into: &output, level: 0)
        return String(decoding: output, as: UTF8.self)
    }

    private func writePretty(into output: inout [UInt8], level: Int) {
        switch self {
        case .array(let elements) where !elements.isEmpty:
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                Self.startLine(index, level: level + 1, into: &output)
                element.writePretty(into: &output, level: level + 1)
            }
            Self.startLine(0, level: level, into: &output)
            output.append(UInt8(ascii: "]"))
        case .object(let object) where !object.isEmpty:
            output.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                Self.startLine(index, level: level + 1, into: &output)
                JSONText.write(member.key, into: &output)
                JSONText.append(": ", to: &output)
                member.value.writePretty(into: &output, level: level + 1)
            }
            Self.startLine(0, level: level, into: &output)
            output.append(UInt8(ascii: "}"))
        case .null, .bool, .number, .string, .array, .object:
            write(into: &output)
        }
    }

    /// Ends the line, with a comma when it is not the first of its container, and indents the next one.
    private static func startLine(_ index: Int, level: Int, into output: inout [UInt8]) {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
    }
}

extension JSONObject {
    /// Appends the object as JSON text without white space.
    public func write(into output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        for index in members.indices {
            JSONText.writeKey(members[index].key, index == 0 ? .first : .later, into: &output)
            members[index].value.write(into: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    /// The object as JSON text in UTF-8, without white space.
    ///
    /// - Parameter sizeHint: about how long the text will be; it saves copying a long one while it grows.
    public func serialized(sizeHint: Int = 256) -> [UInt8] {
        JSONValue.object(self).serialized(sizeHint: sizeHint)
    }
}
