/// A reply of Redis or Valkey, in version 2 of its protocol (RESP), which every server speaks before it is asked for another.
package enum RESPValue: Sendable, Equatable {
    case simple(String)
    /// The server refused the command; its connection goes on.
    case error(String)
    case integer(Int)
    case bulk([UInt8])
    case array([RESPValue])
    /// The null of bulk strings and of arrays.
    case null

    package var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    package var bytes: [UInt8]? {
        switch self {
        case .bulk(let bytes): bytes
        case .simple(let text): Array(text.utf8)
        case .error, .integer, .array, .null: nil
        }
    }

    package var elements: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}

/// A command with its arguments, as an array of bulk strings: the form that can carry any bytes.
package struct RESPCommand: Sendable, Equatable {
    package var arguments: [[UInt8]]

    package init(_ arguments: [[UInt8]]) {
        self.arguments = arguments
    }

    package init(_ words: String...) {
        arguments = words.map { Array($0.utf8) }
    }

    package func write(into output: inout [UInt8]) {
        Self.writeCount(UInt8(ascii: "*"), arguments.count, into: &output)
        for argument in arguments {
            Self.writeCount(UInt8(ascii: "$"), argument.count, into: &output)
            output += argument
            output += [0x0D, 0x0A]
        }
    }

    private static func writeCount(_ mark: UInt8, _ count: Int, into output: inout [UInt8]) {
        output.append(mark)
        output += String(count).utf8
        output += [0x0D, 0x0A]
    }
}
