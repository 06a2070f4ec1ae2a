/// Where a Redis or Valkey server is: `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS, as IANA has the
/// scheme registered and the servers' own tools read it.
public struct RedisURL: Sendable, Hashable {
    public var isEncrypted: Bool
    public var host: String
    public var port: Int
    public var user: String?
    public var password: Secret?
    public var database: Int

    /// Nil for what is no such URL.
    public init?(_ text: String) {
        let scheme: Substring
        var rest: Substring
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        scheme = text[..<colon]
        rest = text[text.utf8.index(after: colon)...]
        guard rest.hasPrefix("//"), scheme == "redis" || scheme == "rediss" else { return nil }
        isEncrypted = scheme == "rediss"
        rest = rest.dropFirst(2)
        database = 0
        if let slash = rest.firstIndex(of: "/") {
            let path = rest[rest.index(after: slash)...]
            if !path.isEmpty {
                guard let number = Int(path), number >= 0 else { return nil }
                database = number
            }
            rest = rest[..<slash]
        }
        if let at = rest.lastIndex(of: "@") {
            let credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
            let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]) else { return nil }
            user = name.isEmpty ? nil : name
            if parts.count > 1 {
                guard let word = Self.decoded(parts[1]) else { return nil }
                password = Secret(word)
            }
        }
        port = 6379
        if let bracket = rest.firstIndex(of: "]"), rest.hasPrefix("[") {
            host = String(rest[rest.index(after: rest.startIndex)..<bracket])
            rest = rest[rest.index(after: bracket)...]
        } else {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            host = String(rest[..<end])
            rest = rest[end...]
        }
        if !rest.isEmpty {
            guard rest.first == ":", let number = Int(rest.dropFirst()), (1...65_535).contains(number) else { return nil }
            port = number
        }
        guard !host.isEmpty, !text.contains("?"), !text.contains("#") else { return nil }
    }

    /// Without credentials, for people.
    public var displayName: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return "\(isEncrypted ? "rediss" : "redis")://\(host):\(port)/\(database)"
    }

    /// Percent-encoding undone; nil where it is broken.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
