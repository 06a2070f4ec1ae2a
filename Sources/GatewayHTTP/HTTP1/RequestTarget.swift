/// The path and query of a request, still percent-encoded as they were received.
package struct RequestTarget: Sendable, Equatable {
    /// Starts with "/", or is "*" for `OPTIONS *`.
    package var path: String
    /// What follows the first "?", without it.
    package var query: String?

    package init(path: String, query: String? = nil) {
        self.path = path
        self.query = query
    }

    /// The path where it is one of those that nearly every request has, so that reading one makes no string.
    static func usualPath(_ path: UnsafeBufferPointer<UInt8>) -> String? {
        switch path.count {
        case 12: path.isExactly("/v1/messages") ? "/v1/messages" : nil
        case 13: path.isExactly("/v1/responses") ? "/v1/responses" : nil
        case 14: path.isExactly("/v1/embeddings") ? "/v1/embeddings" : nil
        case 20: path.isExactly("/v1/chat/completions") ? "/v1/chat/completions" : nil
        default: nil
        }
    }

    /// The path's segments, each decoded on its own so that an encoded slash stays inside its segment; nil where an
    /// escape is broken or a segment is not UTF-8.
    package var segments: [String]? {
        var segments: [String] = []
        for part in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = PercentEncoding.decode(part) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    /// The first value of that name in a query of the form `a=1&b=2`; nil without one or where its escapes are broken.
    package func queryValue(_ name: String) -> String? {
        guard let query else { return nil }
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let sign = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard PercentEncoding.decodeForm(pair[..<sign]) == name else { continue }
            return PercentEncoding.decodeForm(pair[sign...].dropFirst())
        }
        return nil
    }
}

/// RFC 3986 section 2.1.
package enum PercentEncoding {
    /// Resolves the escapes; nil where one is broken or the result is not UTF-8.
    package static func decode(_ bytes: some Collection<UInt8>) -> String? {
        guard bytes.contains(UInt8(ascii: "%")) else { return String(validating: bytes, as: UTF8.self) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = iterator.next()?.hexDigitValue, let low = iterator.next()?.hexDigitValue else {
                return nil
            }
            decoded.append(high << 4 | low)
        }
        return String(validating: decoded, as: UTF8.self)
    }

    /// As HTML forms encode: a plus is a space.
    package static func decodeForm(_ bytes: some Collection<UInt8>) -> String? {
        guard bytes.contains(UInt8(ascii: "+")) else { return decode(bytes) }
        return decode(bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 })
    }
}
