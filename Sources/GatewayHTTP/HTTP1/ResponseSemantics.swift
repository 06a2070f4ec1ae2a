import GatewayCore

/// How the body of a response is delimited (RFC 9112 section 6.3).
enum ResponseBodyFraming: Equatable {
    /// There is none.
    case none
    case length(Int)
    case chunked
    /// It ends with the connection.
    case untilClose
}

/// What the header fields of one response say about its body and its connection, gathered field by field.
struct ResponseSemantics {
    private var length: Int?
    private var isChunked = false
    private var hasOtherCoding = false
    private var wantsClose = false
    private var wantsKeepAlive = false

    /// Takes note of a field; other names than those of framing change nothing.
    mutating func note(
        name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>
    ) throws(TransportError) {
        // Lengths first: comparing names of other lengths would cost more than all the rest.
        switch name.count {
        case 10 where name.isWord("connection"):
            value.forEachListMember { member in
                if member.isWord("close") { wantsClose = true }
                if member.isWord("keep-alive") { wantsKeepAlive = true }
            }
        case 14 where name.isWord("content-length"):
            guard let number = value.decimal else {
                throw .malformed(detail: "response head with a length that is no number")
            }
            // Two lengths leave it open where the next response on this connection begins.
            guard length == nil || length == number else {
                throw .malformed(detail: "response head with two different lengths")
            }
            length = number
        case 17 where name.isWord("transfer-encoding"):
            value.forEachListMember { coding in
                // Nothing may follow chunked, itself included (RFC 9112 section 6.1).
                if isChunked || !coding.isWord("chunked") { hasOtherCoding = true } else { isChunked = true }
            }
        default: break
        }
    }

    /// - Parameters:
    ///   - minorVersion: of HTTP/1, the server's.
    ///   - isHeadAnswered: whether the request was a HEAD, whose answer has a body's fields and no body.
    func framing(
        status: Int, minorVersion: Int, isHeadAnswered: Bool
    ) throws(TransportError) -> ResponseBodyFraming {
        if isHeadAnswered || status == 204 || status == 304 { return .none }
        guard !hasOtherCoding else {
            throw .malformed(detail: "response with a transfer coding that was not asked for")
        }
        if isChunked {
            // HTTP/1.0 has no transfer codings: such a message went through something that does not understand them.
            guard minorVersion > 0 else { throw .malformed(detail: "chunked response of HTTP/1.0") }
            return .chunked
        }
        guard let length else { return .untilClose }
        return length == 0 ? .none : .length(length)
    }

    /// Whether the connection may carry another request after this response (RFC 9112 section 9.3).
    func isPersistent(minorVersion: Int) -> Bool {
        // A length beside the chunks may come from somebody who tries to end the response elsewhere (section 6.1).
        guard !wantsClose, !hasOtherCoding, !isChunked || length == nil else { return false }
        return minorVersion > 0 || wantsKeepAlive
    }
}
