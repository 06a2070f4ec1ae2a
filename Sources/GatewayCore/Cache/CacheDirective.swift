/// What a request lets the response cache do.
package struct CacheDirective: Sendable, Hashable {
    /// Whether a kept answer may be given.
    package var reads: Bool
    /// Whether the answer may be kept.
    package var writes: Bool
    /// The oldest kept answer that will do; nil for any that is kept.
    package var maxAge: Duration?
    /// Whether nothing but a kept answer is wanted: without one the client gets 504 (RFC 9111 section 5.2.1.7).
    package var isOnlyIfCached = false

    package static let on = CacheDirective(reads: true, writes: true)
    package static let off = CacheDirective(reads: false, writes: false)

    package init(reads: Bool, writes: Bool, maxAge: Duration? = nil) {
        self.reads = reads
        self.writes = writes
        self.maxAge = maxAge
    }

    package init(_ mode: CacheMode) {
        self.init(reads: mode == .on || mode == .readOnly, writes: mode == .on || mode == .writeOnly)
    }

    /// Narrows what the cache may do by a request's `Cache-Control` (RFC 9111 section 5.2.1). Directives that are not known are
    /// passed over, as the RFC asks.
    package mutating func narrow(byCacheControl field: String) {
        for item in field.split(separator: ",") {
            let parts = item.split(separator: "=", maxSplits: 1)
            guard let name = parts.first.map(Self.trimmed) else { continue }
            if name.equalsIgnoringASCIICase("no-cache") {
                reads = false
            } else if name.equalsIgnoringASCIICase("no-store") {
                reads = false
                writes = false
            } else if name.equalsIgnoringASCIICase("only-if-cached") {
                isOnlyIfCached = true
            } else if name.equalsIgnoringASCIICase("max-age"), parts.count > 1,
                let seconds = Self.seconds(Self.trimmed(parts[1]))
            {
                if seconds == 0 { reads = false }
                maxAge = min(maxAge ?? .seconds(seconds), .seconds(seconds))
            }
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let start = text.drop(while: isBlank)
        return start.lastIndex { !isBlank($0) }.map { start[...$0] } ?? ""
    }

    /// delta-seconds of RFC 9111 section 1.2.2: what is too large to hold counts as the largest.
    private static func seconds(_ text: Substring) -> Int? {
        let digits = text.first == "\"" && text.last == "\"" ? text.dropFirst().dropLast() : text
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return min(Int(digits) ?? .max, 1 << 31)
    }
}

/// The modes of `x-gateway.cache` and of the configuration.
public enum CacheMode: String, Sendable, Hashable, CaseIterable {
    case on, off
    case readOnly = "read-only"
    case writeOnly = "write-only"
}
