extension ConfigurationReader {
    public mutating func string(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        return text(of: node, key)
    }

    /// A text that cannot be empty.
    public mutating func name(_ key: String) -> String? {
        guard let text = string(key) else { return nil }
        guard !text.isEmpty else {
            report(key, "'\(key)' is empty", hint: "write a name, or delete the line")
            return nil
        }
        return text
    }

    /// A credential; an empty one counts as absent, so that `${KEY:-}` may leave it out.
    public mutating func secret(_ key: String) -> Secret? {
        guard let text = string(key), !text.isEmpty else { return nil }
        guard text.isCredential else {
            report(
                key, "'\(key)' holds blanks or characters no credential has", hint: "copy it again, without line breaks"
            )
            return nil
        }
        return Secret(text)
    }

    /// A credential that the environment has in that variable.
    public mutating func secret(inVariable variable: String) -> Secret? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        guard text.isCredential else {
            report(
                ConfigurationProblem(
                    location: .environment(variable: variable),
                    message: "the key holds blanks or characters no credential has",
                    hint: "copy it again, without line breaks, or unset it"))
            return nil
        }
        return Secret(text)
    }

    /// A list of credentials; empty ones are left out.
    public mutating func secrets(_ key: String, atMost limit: Int) -> [Secret]? {
        guard let texts = strings(key) else { return nil }
        let secrets = texts.filter { !$0.isEmpty }
        if !secrets.allSatisfy({ $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }) {
            report(
                key, "'\(key)' holds blanks or characters no credential has", hint: "copy it again, without line breaks"
            )
            return nil
        }
        if secrets.count > limit || Set(secrets).count < secrets.count {
            report(key, "'\(key)' should hold 1 to \(limit) keys, each once", hint: "delete the ones that are too many")
            return nil
        }
        return secrets.map { Secret($0) }
    }

    /// A number, fractions allowed.
    public mutating func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let node = node(key) else { return nil }
        guard let number = node.number, range.contains(number) else {
            report(
                node, "'\(key)' should be a number from \(range.lowerBound) to \(range.upperBound)",
                hint: "write \(key) = \(range.lowerBound)")
            return nil
        }
        return number
    }

    /// A list of time spans in seconds, fractions allowed, each more than 0.
    public mutating func secondsList(_ key: String) -> [Duration]? {
        guard let node = node(key) else { return nil }
        let numbers: [Double?]
        switch node.value {
        case .array(let nodes): numbers = nodes.map(\.number)
        case .text(let text): numbers = text.split(separator: ",").map { Double($0.trimmingBlanks) }
        default: numbers = []
        }
        let durations = numbers.compactMap { $0 }.filter { $0 > 0 && $0 <= 1e9 }.map {
            Duration.milliseconds(Int64(($0 * 1000).rounded(.up)))
        }
        guard !durations.isEmpty, durations.count == numbers.count else {
            report(node, "'\(key)' should be numbers of seconds above 0", hint: "write \(key) = [60, 120]")
            return nil
        }
        return durations
    }

    public mutating func boolean(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        switch node.value {
        case .boolean(let flag): return flag
        case .text("true"): return true
        case .text("false"): return false
        default:
            reportKind(of: key, node, wanted: "a boolean", hint: "write true or false, without quotes")
            return nil
        }
    }

    public mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = node(key) else { return nil }
        let number: Int?
        switch node.value {
        case .integer(let value): number = Int(exactly: value)
        case .text(let text):
            number = Int(text)
            if number == nil {
                report(node, "'\(key)' should be an integer, not '\(text.excerpt)'", hint: "write digits only")
                return nil
            }
        default:
            reportKind(of: key, node, wanted: "an integer", hint: "write the number without quotes and fraction")
            return nil
        }
        guard let number, range.contains(number) else {
            let bounds =
                range.upperBound == .max
                ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            report(node, "'\(key)' is out of range", hint: "write a number \(bounds)")
            return nil
        }
        return number
    }

    /// A time span in seconds, fractions allowed; more than 0.
    public mutating func seconds(_ key: String) -> Duration? {
        guard let node = node(key) else { return nil }
        guard let number = node.number, number > 0, number <= 1e9 else {
            report(node, "'\(key)' should be a number of seconds above 0", hint: "write \(key) = 30")
            return nil
        }
        return .milliseconds(Int64((number * 1000).rounded(.up)))
    }

    /// A time span in seconds, fractions allowed, that may be 0.
    public mutating func span(_ key: String) -> Duration? {
        number(key, in: 0...1e6).map { .milliseconds(Int64(($0 * 1000).rounded(.up))) }
    }

    /// One of the words of an enumeration, or of its synonyms.
    public mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type, synonyms: [String: Choice] = [:]
    ) -> Choice? where Choice.RawValue == String {
        guard let node = node(key), let text = text(of: node, key) else { return nil }
        if let choice = Choice(rawValue: text) ?? synonyms[text] { return choice }
        let words = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        report(node, "'\(key)' cannot be '\(text.excerpt)'", hint: "write one of \(words)")
        return nil
    }

    /// An absolute URL without query and fragment; a slash at its end is taken off.
    public mutating func url(_ key: String, schemes: [String] = ["https", "http"]) -> String? {
        guard let node = node(key), let text = text(of: node, key) else { return nil }
        guard let url = BaseURL(text, schemes: schemes) else {
            let example = schemes.first.map { "\($0)://host" } ?? ""
            report(node, "'\(key)' is no URL of a server", hint: "write it as \(example)[:port][/path]")
            return nil
        }
        return url.text
    }

    /// A list of texts; in the environment they are separated by commas.
    public mutating func strings(_ key: String) -> [String]? {
        guard let node = node(key) else { return nil }
        switch node.value {
        case .array(let nodes): return nodes.compactMap { text(of: $0, key) }
        case .text(let text):
            return text.split(separator: ",").map { String($0.trimmingBlanks) }.filter { !$0.isEmpty }
        default:
            reportKind(of: key, node, wanted: "an array of strings", hint: "write \(key) = [\"…\"]")
            return nil
        }
    }

    /// A table of texts by names of the operator's.
    public mutating func dictionary(_ key: String) -> [String: String]? {
        table(key) { reader in
            var texts: [String: String] = [:]
            for name in reader.allKeys() { texts[name] = reader.name(name) }
            return texts
        }
    }

    /// Header fields, names and values as RFC 9110 section 5 allows them.
    public mutating func headers(_ key: String) -> HTTPFields? {
        table(key) { reader in
            var fields = HTTPFields()
            for name in reader.allKeys() {
                guard let value = reader.string(name) else { continue }
                if !name.isHeaderName {
                    reader.report(name, "'\(name)' cannot be a header's name", hint: "write letters, digits and '-'")
                } else if !value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) {
                    reader.report(name, "the header '\(name)' holds a control character", hint: "delete it")
                } else {
                    fields.append(name, value)
                }
            }
            return fields
        }
    }

    mutating func text(of node: ConfigurationNode, _ key: String) -> String? {
        switch node.value {
        case .string(let text), .text(let text): return text
        default:
            reportKind(of: key, node, wanted: "a string", hint: "put it in quotes")
            return nil
        }
    }
}

extension ConfigurationNode {
    /// Nil where it is none.
    fileprivate var number: Double? {
        switch value {
        case .integer(let value): Double(value)
        case .float(let value): value
        case .text(let text): Double(text)
        default: nil
        }
    }
}

/// The part of a URL before query and fragment, as far as a configuration needs to know it is one.
struct BaseURL {
    /// Without a slash at its end.
    let text: String

    init?(_ text: String, schemes: [String]) {
        guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0 + "://") }) else { return nil }
        let rest = text.utf8.dropFirst(scheme.utf8.count + 3)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") }
        let host = authority.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last ?? authority
        guard let first = host.first, first != UInt8(ascii: ":"),
            rest.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        else { return nil }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        self.text = text
    }
}

extension String {
    fileprivate var isCredential: Bool { utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }

    package var isHeaderName: Bool {
        !isEmpty && utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var result = self
        while result.first == " " { result.removeFirst() }
        while result.last == " " { result.removeLast() }
        return result
    }
}
