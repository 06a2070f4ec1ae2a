import GatewayCore

/// Writes request lines and header sections (RFC 9112 sections 3 and 5).
enum RequestHeadWriter {
    /// Appends a head but for its end. Fields that framing owns are not taken from `headers`; a `Host` of their own stands for
    /// `host`.
    ///
    /// - Parameter target: path and query as they are sent, visible ASCII only.
    /// - Throws: `.malformed` for a method or a field that cannot be sent.
    static func append(
        method: String, target: Substring, host: String, headers: HTTPFields, to output: inout [UInt8]
    ) throws(TransportError) {
        guard method.withBytes({ !$0.isEmpty && $0.allSatisfy(\.isTokenCharacter) }) else {
            throw .malformed(detail: "request method")
        }
        // Read in place: taking fields out of the array one by one costs more than writing them.
        let all = headers.fields
        let fields = all.span
        var hasHost = false
        var size = fixedSize + method.utf8.count + target.utf8.count + host.utf8.count
        for place in fields.indices where !fields[place].framesRequest {
            try fields[place].checkSendable()
            hasHost = hasHost || fields[place].isHost
            size += fields[place].name.utf8.count + fields[place].value.utf8.count + 4
        }
        output.append(atMost: size) { head in
            head.append(utf8: method)
            head.append(target.utf8.first == UInt8(ascii: "/") ? " " : " /")
            head.append(utf8: target)
            head.append(" HTTP/1.1\r\n")
            if !hasHost { append("Host", host, to: &head) }
            for place in fields.indices where !fields[place].framesRequest {
                append(fields[place].name, fields[place].value, to: &head)
            }
        }
    }

    /// Appends the end of a head.
    ///
    /// - Parameter bodyLength: in bytes; nil for a request that has no body by its method.
    static func appendEnd(bodyLength: Int?, to output: inout [UInt8]) {
        output.append(atMost: endSize) { head in
            if let bodyLength {
                head.append("Content-Length: ")
                head.appendDecimal(bodyLength)
                head.append("\r\n")
            }
            head.append("\r\n")
        }
    }

    /// More than what stands around the method and the target takes, with `Host`.
    private static let fixedSize = 64
    /// More than a length with its field and the line ends take.
    private static let endSize = 48

    private static func append(_ name: String, _ value: String, to head: inout ByteFiller) {
        head.append(utf8: name)
        head.append(value.isEmpty ? ":" : ": ")
        head.append(utf8: value)
        head.append("\r\n")
    }
}

extension HTTPFields.Field {
    fileprivate var isHost: Bool { name.utf8.count == 4 && name.equalsIgnoringASCIICase("host") }
}
