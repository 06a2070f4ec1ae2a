import GatewayCore

/// An `http` URL of the usual shape: a name or an IPv4 address, perhaps a port, a path and a query of visible ASCII. Everything
/// else (a user, IPv6, a fragment, what is no URL) is nil, and is for libcurl to judge.
struct PlainURL {
    private static let prefix = "http://"

    private let text: String
    private let pathStart: Int

    init?(_ text: String) {
        guard let pathStart = text.withBytes({ Self.pathStart(of: $0) }) else { return nil }
        self.text = text
        self.pathStart = pathStart
    }

    /// Host and port as they are written.
    var authority: Substring { text[text.utf8.index(text.startIndex, offsetBy: Self.prefix.utf8.count)..<pathIndex] }

    /// Path and query; empty or without its slash where the URL is.
    var target: Substring { text[pathIndex...] }

    /// Whether both are at the same server.
    func hasAuthority(_ other: String) -> Bool {
        let start = Self.prefix.utf8.count
        guard other.utf8.count == pathStart - start else { return false }
        return text.withBytes { text in other.withBytes { $0.hasSameBytes(as: text[start..<pathStart]) } }
    }

    private var pathIndex: String.Index { text.utf8.index(text.startIndex, offsetBy: pathStart) }

    private static func pathStart(of bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let start = prefix.utf8.count
        guard bytes.count > start, UnsafeBufferPointer(rebasing: bytes[..<start]).isExactly("http://") else {
            return nil
        }
        var index = start
        while index < bytes.count, bytes[index].isHostNameByte { index += 1 }
        guard index > start else { return nil }
        if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
            let port = index + 1
            index = port
            while index < bytes.count, bytes[index].isDigit { index += 1 }
            let number = UnsafeBufferPointer(rebasing: bytes[port..<index]).decimal
            guard let number, (1...65535).contains(number) else { return nil }
        }
        let end = index
        guard end == bytes.count || bytes[end] == UInt8(ascii: "/") || bytes[end] == UInt8(ascii: "?") else {
            return nil
        }
        while index < bytes.count, bytes[index].isTargetByte { index += 1 }
        return index == bytes.count ? end : nil
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    fileprivate var isHostNameByte: Bool {
        isDigit || (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z"))
            || self == UInt8(ascii: ".") || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}
