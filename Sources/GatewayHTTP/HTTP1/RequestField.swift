import GatewayCore

extension HTTPFields.Field {
    /// Whether whoever sends a request writes this field itself, since it belongs to the message's framing or to its connection.
    var framesRequest: Bool {
        switch name.utf8.count {
        case 6: name.equalsIgnoringASCIICase("expect")
        case 7: name.equalsIgnoringASCIICase("upgrade")
        case 10: name.equalsIgnoringASCIICase("connection") || name.equalsIgnoringASCIICase("keep-alive")
        case 14: name.equalsIgnoringASCIICase("content-length")
        case 16: name.equalsIgnoringASCIICase("proxy-connection")
        case 17: name.equalsIgnoringASCIICase("transfer-encoding")
        default: false
        }
    }

    /// Throws `.malformed` for a name or a value that would not stay one field: a line break in a value would let whoever
    /// chose it write fields of their own (RFC 9110 section 5.5).
    func checkSendable() throws(TransportError) {
        guard name.withBytes({ !$0.isEmpty && $0.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") } })
        else { throw .malformed(detail: "a request field's name cannot be sent") }
        guard value.withBytes(\.isFieldValue) else {
            throw .malformed(detail: "the value of the request field \(name) cannot be sent")
        }
    }
}
