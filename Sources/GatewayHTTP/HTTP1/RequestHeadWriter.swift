import GatewayCore

/// Writes request lines and header sections (RFC 9112 sections 3 and 5).
enum RequestHeadWriter {
    /// Appends a complete head. Fields that framing owns are not taken from `headers`; a `Host` of their own stands for `host`.
    ///
    /// - Parameters:
    ///   - target: path and query as they are sent, visible ASCII only.
    ///   - bodyLength: in bytes; nil for a request that has no body by its method.
    /// - Throws: `.malformed` for a method or a field that cannot be sent.
    static func append(
        method: String, target: Substring, host: String, headers: HTTPFields, bodyLength: Int?,
        to output: inout [UInt8]
    ) throws(TransportError) {
        guard method.withBytes({ !$0.isEmpty && $0.allSatisfy(\.isTokenCharacter) }) else {
            throw .malformed(detail: "request method")
        }
        output.append(contentsOf: method.utf8)
        output.append(UInt8(ascii: " "))
        if target.utf8.first != UInt8(ascii: "/") { output.append(UInt8(ascii: "/")) }
        output.append(contentsOf: target.utf8)
        output.append(" HTTP/1.1\r\n")
        let fields = headers.fields
        if !fields.contains(where: \.isHost) { append("Host", host, to: &output) }
        for place in fields.indices where !fields[place].framesRequest {
            try fields[place].checkSendable()
            append(fields[place].name, fields[place].value, to: &output)
        }
        if let bodyLength {
            output.append("Content-Length: ")
            output.appendDecimal(bodyLength)
            output.append("\r\n")
        }
        output.append("\r\n")
    }

    private static func append(_ name: String, _ value: String, to output: inout [UInt8]) {
        output.append(contentsOf: name.utf8)
        output.append(value.isEmpty ? ":" : ": ")
        output.append(contentsOf: value.utf8)
        output.append("\r\n")
    }
}

extension HTTPFields.Field {
    fileprivate var isHost: Bool { name.utf8.count == 4 && name.equalsIgnoringASCIICase("host") }
}
