/// A string of the configuration in which `${NAME}` and `${NAME:-default}` stand for the environment's variables.
///
/// The default is taken when the variable is not set or empty, as in a shell. `$${` writes `${` itself; any other `$` is
/// a plain character.
struct Interpolation {
    enum Result: Equatable {
        /// Names no variable; the string is what it says.
        case unchanged
        case replaced(String)
    }

    enum Failure: Error, Equatable {
        case unclosed
        case badName(String)
        case unset(String)

        var message: String {
            switch self {
            case .unclosed: "'${' is never closed"
            case .badName(let name): "'\(name)' cannot be the name of an environment variable"
            case .unset(let name): "the environment variable \(name) is not set"
            }
        }

        var hint: String {
            switch self {
            case .unclosed: "close it by '}', or write $${ for the characters themselves"
            case .badName: "write ${NAME} or ${NAME:-default}, or $${ for the characters themselves"
            case .unset(let name): "set it, or write ${\(name):-default}"
            }
        }
    }

    private let text: String

    init(_ text: String) {
        self.text = text
    }

    func resolved(in environment: [String: String]) throws(Failure) -> Result {
        var rest = text.utf8[...]
        var output: [UInt8] = []
        var isReplaced = false
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            output += rest[..<dollar]
            rest = rest[dollar...]
            if rest.starts(with: "$${".utf8) {
                output += Array("${".utf8)
                rest = rest.dropFirst(3)
                isReplaced = true
            } else if rest.starts(with: "${".utf8) {
                guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else { throw .unclosed }
                output += try value(of: rest[..<close].dropFirst(2), in: environment).utf8
                rest = rest[rest.index(after: close)...]
                isReplaced = true
            } else {
                output.append(UInt8(ascii: "$"))
                rest = rest.dropFirst()
            }
        }
        guard isReplaced else { return .unchanged }
        return .replaced(String(decoding: output + rest, as: UTF8.self))
    }

    private func value(of reference: Substring.UTF8View, in environment: [String: String]) throws(Failure) -> String {
        let nameBytes = reference.prefix { $0 != UInt8(ascii: ":") }
        let name = String(Substring(nameBytes))
        let rest = reference.dropFirst(nameBytes.count)
        let isName = nameBytes.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
        guard isName, let first = nameBytes.first, !first.isASCIIDigit, rest.isEmpty || rest.starts(with: ":-".utf8)
        else { throw .badName(String(Substring(reference))) }
        if let value = environment[name], !value.isEmpty || rest.isEmpty { return value }
        guard !rest.isEmpty else { throw .unset(name) }
        return String(Substring(rest.dropFirst(2)))
    }
}
