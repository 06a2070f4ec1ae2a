/// `METHOD SP TARGET SP HTTP/1.1`, taken apart.
struct RequestLine: Sendable {
    /// Bytes of a request line beside its target, generously.
    static let overhead = 64

    var method: String
    var target: RequestTarget
    /// Host and port of a target in absolute form.
    var authority: String?
    var version: HTTPVersion

    init(_ line: UnsafeBufferPointer<UInt8>, targetLimit: Int) throws(RequestRefusal) {
        guard let first = line.first(UInt8(ascii: " "), from: 0), first > 0,
            UnsafeBufferPointer(rebasing: line[..<first]).isToken
        else { throw .malformed(.requestLine) }
        var last = line.count - 1
        while line[last] != UInt8(ascii: " ") { last -= 1 }
        guard last > first else { throw .malformed(.requestLine) }
        version = try Self.version(UnsafeBufferPointer(rebasing: line[(last + 1)...]))
        let target = UnsafeBufferPointer(rebasing: line[(first + 1)..<last])
        guard target.count <= targetLimit else { throw .targetTooLong(limit: targetLimit) }
        guard !target.isEmpty, target.isTarget else { throw .malformed(.target) }
        guard let method = Self.method(UnsafeBufferPointer(rebasing: line[..<first])) else { throw .unknownMethod }
        self.method = method
        (self.target, authority) = try Self.target(target, method: method)
    }

    /// The methods of RFC 9110 and 5789 but CONNECT, which only a proxy answers.
    private static func method(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        switch bytes.count {
        case 3: bytes.isExactly("GET") ? "GET" : bytes.isExactly("PUT") ? "PUT" : nil
        case 4: bytes.isExactly("POST") ? "POST" : bytes.isExactly("HEAD") ? "HEAD" : nil
        case 5: bytes.isExactly("PATCH") ? "PATCH" : bytes.isExactly("TRACE") ? "TRACE" : nil
        case 6: bytes.isExactly("DELETE") ? "DELETE" : nil
        case 7: bytes.isExactly("OPTIONS") ? "OPTIONS" : nil
        default: nil
        }
    }

    private static func version(_ bytes: UnsafeBufferPointer<UInt8>) throws(RequestRefusal) -> HTTPVersion {
        if bytes.isExactly("HTTP/1.1") { return .http11 }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard bytes.count == 8, UnsafeBufferPointer(rebasing: bytes[..<5]).isExactly("HTTP/"),
            digits.contains(bytes[5]),
            bytes[6] == UInt8(ascii: "."), digits.contains(bytes[7])
        else { throw .malformed(.requestLine) }
        guard bytes[5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        // A higher minor version is answered as the highest one known (RFC 9110 section 6.2).
        return bytes[7] == UInt8(ascii: "0") ? .http10 : .http11
    }

    /// The target forms of RFC 9112 section 3.2.
    private static func target(
        _ bytes: UnsafeBufferPointer<UInt8>, method: String
    ) throws(RequestRefusal) -> (RequestTarget, authority: String?) {
        if bytes[0] == UInt8(ascii: "/") { return (split(bytes), nil) }
        if bytes.count == 1, bytes[0] == UInt8(ascii: "*"), method == "OPTIONS" {
            return (RequestTarget(path: "*"), nil)
        }
        guard let scheme = absoluteSchemeLength(bytes) else { throw .malformed(.target) }
        let rest = UnsafeBufferPointer(rebasing: bytes[scheme...])
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let authority = UnsafeBufferPointer(rebasing: rest[..<end])
        guard !authority.isEmpty, authority.allSatisfy(\.isHostByte) else { throw .malformed(.target) }
        var target = split(UnsafeBufferPointer(rebasing: rest[end...]))
        if target.path.isEmpty { target.path = "/" }
        return (target, String(decoding: authority, as: UTF8.self))
    }

    private static func absoluteSchemeLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        for scheme in ["http://", "https://"] as [StaticString] {
            let count = scheme.utf8CodeUnitCount
            if bytes.count > count, UnsafeBufferPointer(rebasing: bytes[..<count]).isWord(scheme) { return count }
        }
        return nil
    }

    private static func split(_ bytes: UnsafeBufferPointer<UInt8>) -> RequestTarget {
        guard let mark = bytes.first(UInt8(ascii: "?"), from: 0) else {
            return RequestTarget(path: RequestTarget.usualPath(bytes) ?? String(decoding: bytes, as: UTF8.self))
        }
        return RequestTarget(
            path: String(decoding: bytes[..<mark], as: UTF8.self),
            query: String(decoding: bytes[(mark + 1)...], as: UTF8.self))
    }
}
