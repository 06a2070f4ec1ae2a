/// A file of environment variables, `.env`: one `NAME=value` a line.
///
/// `export` may stand before a name. A value is plain up to ` #` or the line's end; or in single quotes, taken as it is; or
/// in double quotes, where `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are characters. Quoted values may go over several lines.
/// Nothing is expanded: `${NAME}` outside single quotes is refused instead of being taken for text.
public struct EnvironmentFile: Sendable, Equatable {
    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// Counted from 1.
        public var line: Int
        public var message: String

        public var description: String { "\(line): \(message)" }
    }

    public private(set) var variables: [String: String] = [:]

    /// Throws for the first line that is no assignment, and for a name that stands twice.
    public init(parsing bytes: [UInt8]) throws(Failure) {
        var parser = EnvironmentFileParser(bytes: bytes)
        while let (name, value) = try parser.next() {
            guard variables.updateValue(value, forKey: name) == nil else {
                throw Failure(line: parser.line, message: "\(name) stands twice")
            }
        }
    }

    /// The variables of a process with those of the file behind them: what the process has counts.
    public func behind(_ process: [String: String]) -> [String: String] {
        variables.merging(process) { _, own in own }
    }
}

/// Reads assignment by assignment.
private struct EnvironmentFileParser {
    private typealias Failure = EnvironmentFile.Failure

    private var rest: ArraySlice<UInt8>
    /// The line of the latest assignment.
    private(set) var line = 1
    private var nextLine = 1

    private static let newline = UInt8(ascii: "\n")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(bytes: [UInt8]) {
        rest = bytes.starts(with: Self.byteOrderMark) ? bytes[3...] : bytes[...]
    }

    mutating func next() throws(EnvironmentFile.Failure) -> (name: String, value: String)? {
        while true {
            skipBlanks()
            guard let byte = rest.first else { return nil }
            line = nextLine
            if byte == Self.newline {
                take()
            } else if byte == UInt8(ascii: "#") {
                while let byte = rest.first, byte != Self.newline { take() }
            } else {
                let name = try takeName()
                return (name, try takeValue(of: name))
            }
        }
    }

    private mutating func takeName() throws(EnvironmentFile.Failure) -> String {
        var name = takeWord()
        if name == "export", let byte = rest.first, byte.isBlank {
            skipBlanks()
            name = takeWord()
        }
        skipBlanks()
        guard rest.first == UInt8(ascii: "="), let first = name.utf8.first, !first.isASCIIDigit else {
            throw failure("this is no assignment; write NAME=value")
        }
        take()
        skipBlanks()
        return name
    }

    private mutating func takeWord() -> String {
        let word = rest.prefix { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
        rest = rest.dropFirst(word.count)
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func takeValue(of name: String) throws(EnvironmentFile.Failure) -> String {
        var value: [UInt8]
        switch rest.first {
        case UInt8(ascii: "'"): value = try takeQuoted(by: UInt8(ascii: "'"), of: name)
        case UInt8(ascii: "\""): value = try takeQuoted(by: UInt8(ascii: "\""), of: name)
        default: value = try takePlain(of: name)
        }
        guard let text = String(validating: value, as: UTF8.self), !value.contains(0) else {
            throw failure("the value of \(name) is not text in UTF-8")
        }
        return text
    }

    private mutating func takePlain(of name: String) throws(EnvironmentFile.Failure) -> [UInt8] {
        var value: [UInt8] = []
        while let byte = rest.first, byte != Self.newline {
            if byte == UInt8(ascii: "#"), value.isEmpty || value.last?.isBlank == true { break }
            try refuseExpansion(in: name)
            value.append(byte)
            take()
        }
        while let byte = rest.first, byte != Self.newline { take() }
        while value.last?.isBlank == true { value.removeLast() }
        return value
    }

    private mutating func takeQuoted(by quote: UInt8, of name: String) throws(EnvironmentFile.Failure) -> [UInt8] {
        take()
        var value: [UInt8] = []
        while let byte = rest.first, byte != quote {
            if quote == UInt8(ascii: "\"") {
                try refuseExpansion(in: name)
                if byte == UInt8(ascii: "\\") {
                    take()
                    guard let escaped = rest.first, let character = Self.escaped(escaped) else {
                        throw failure("the value of \(name) has a '\\' before what needs none; write '\\\\'")
                    }
                    value.append(character)
                    take()
                    continue
                }
            }
            value.append(byte)
            take()
        }
        guard rest.first == quote else { throw failure("the quote that begins the value of \(name) is never closed") }
        take()
        skipBlanks()
        if rest.first == UInt8(ascii: "#") { while let byte = rest.first, byte != Self.newline { take() } }
        guard rest.first == nil || rest.first == Self.newline else {
            throw failure("something stands behind the quoted value of \(name)")
        }
        return value
    }

    private static func escaped(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "n"): newline
        case UInt8(ascii: "r"): UInt8(ascii: "\r")
        case UInt8(ascii: "t"): UInt8(ascii: "\t")
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"): byte
        default: nil
        }
    }

    private func refuseExpansion(in name: String) throws(EnvironmentFile.Failure) {
        guard rest.starts(with: "${".utf8) else { return }
        throw failure("the value of \(name) names another variable, which is not looked up; put it in single quotes")
    }

    private mutating func take() {
        if rest.popFirst() == Self.newline { nextLine += 1 }
    }

    private mutating func skipBlanks() {
        while rest.first?.isBlank == true { take() }
    }

    private func failure(_ message: String) -> EnvironmentFile.Failure {
        EnvironmentFile.Failure(line: line, message: message)
    }
}

extension UInt8 {
    /// A carriage return counts as a blank: it only ever stands before the line's end.
    fileprivate var isBlank: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
    }
}
