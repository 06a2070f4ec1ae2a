/// A reply in RESP, the protocol of Redis and Valkey, versions 2 and 3.
package enum RESPValue: Sendable, Equatable {
    case null
    /// A status such as `OK`.
    case simple(String)
    case error(RESPRefusal)
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    /// Bytes of any kind. Big numbers are their digits, verbatim strings come without their format.
    case bytes([UInt8])
    /// Arrays and sets; of a map its keys and values in turn, as RESP2 writes maps.
    case array([RESPValue])

    package var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    package var array: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var bytes: [UInt8]? {
        switch self {
        case .bytes(let bytes): bytes
        case .simple(let text): Array(text.utf8)
        default: nil
        }
    }

    /// Nil also for bytes that are not UTF-8.
    package var text: String? { bytes.flatMap { String(validating: $0, as: UTF8.self) } }
}

/// What a server answers in place of what was asked for.
package struct RESPRefusal: Sendable, Equatable {
    /// The first word, by which programs decide: `ERR`, `OOM`, `LOADING`, `NOSCRIPT`, ...
    package var code: String
    /// The rest. It may repeat parts of the command, a password among them.
    package var message: String

    package init(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 1)
        let first = words.first.map(String.init) ?? ""
        let isCode = !first.isEmpty && first.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        code = isCode ? first : "ERR"
        message = isCode ? words.dropFirst().first.map(String.init) ?? "" : line
    }
}

/// Bytes that are no RESP, or more of it than is taken.
package enum RESPError: Error, Sendable, Equatable {
    case malformed(String)
    case tooLarge(String)
}
