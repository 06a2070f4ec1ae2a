/// Where a Redis or Valkey server is: `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS, as IANA has the
/// scheme registered and the servers' own tools read it. User and password are percent-decoded.
public struct RedisURL: Sendable, Hashable {
    public var isEncrypted: Bool
    /// A name or an address in digits, without brackets.
    public var host: String
    public var port: Int
    /// Nil is the server's default user.
    public var user: String?
    public var password: Secret?
    public var database: Int

    /// Nil for what is no such URL.
    public init?(_ text: String) {
        var rest = text[...]
        if rest.hasPrefix("redis://") {
            isEncrypted = false
        } else if rest.hasPrefix("rediss://") {
            isEncrypted = true
        } else {
            return nil
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        else { return nil }
        rest = rest.dropFirst(isEncrypted ? 9 : 8)
        database = 0
        if let at = rest.lastIndex(of: "@") {
            let credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
            let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap(Self.decoded) else { return nil }
            user = name.isEmpty ? nil : name
            if parts.count > 1 {
                guard let word = Self.decoded(parts[1]) else { return nil }
                password = word.isEmpty ? nil : Secret(word)
            }
        }
        if let slash = rest.firstIndex(of: "/") {
            let path = rest[rest.index(after: slash)...]
            if !path.isEmpty {
                guard let number = Self.number(path, in: 0...65_535) else { return nil }
                database = number
            }
            rest = rest[..<slash]
        }
        if rest.hasPrefix("["), let bracket = rest.firstIndex(of: "]") {
            host = String(rest[..<bracket].dropFirst())
            rest = rest[rest.index(after: bracket)...]
        } else {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            host = String(rest[..<end])
            rest = rest[end...]
        }
        port = 6379
        if rest.hasPrefix(":") {
            guard let number = Self.number(rest.dropFirst(), in: 1...65_535) else { return nil }
            port = number
        } else if !rest.isEmpty {
            return nil
        }
        // A password alone is the default user's; a user without one cannot sign in.
        guard !host.isEmpty, user == nil || password != nil else { return nil }
    }

    private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
        guard let number = Int(text), range.contains(number), text.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return number
    }

    /// Percent-encoding undone; nil where it is broken.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(host)
        hasher.combine(port)
        hasher.combine(database)
    }
}

extension RedisURL: CustomStringConvertible, CustomReflectable {
    /// Without credentials, for people.
    public var description: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return "\(isEncrypted ? "rediss" : "redis")://\(host):\(port)/\(database)"
    }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
