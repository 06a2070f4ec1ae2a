import GatewayCore

/// What the header fields of one request say about its framing and its connection, gathered field by field.
struct HeadSemantics {
    private var hosts = 0
    private var length: Int?
    private var isChunked = false
    private var hasTransferCoding = false
    private var hasUnknownCoding = false
    private var wantsClose = false
    private var wantsKeepAlive = false
    private var expectsContinue = false
    private var hasUnknownExpectation = false

    /// Takes note of a field; other names than those of framing change nothing.
    mutating func note(name: String, value: UnsafeBufferPointer<UInt8>) throws(RequestRefusal) {
        // Lengths first: comparing names of other lengths would cost more than all the rest.
        switch name.utf8.count {
        case 4 where name == "host":
            hosts += 1
            guard hosts == 1 else { throw .malformed(.repeatedHost) }
            guard value.allSatisfy(\.isHostByte) else { throw .malformed(.invalidHost) }
        case 6 where name == "expect":
            if value.isWord("100-continue") { expectsContinue = true } else { hasUnknownExpectation = true }
        case 10 where name == "connection":
            value.forEachListMember { member in
                if member.isWord("close") { wantsClose = true }
                if member.isWord("keep-alive") { wantsKeepAlive = true }
            }
        case 14 where name == "content-length":
            guard length == nil else { throw .malformed(.repeatedLength) }
            guard let number = value.decimal else { throw .malformed(.invalidLength) }
            length = number
        case 17 where name == "transfer-encoding":
            try noteTransferCoding(value)
        default: break
        }
    }

    private mutating func noteTransferCoding(_ value: UnsafeBufferPointer<UInt8>) throws(RequestRefusal) {
        hasTransferCoding = true
        var isBroken = false
        value.forEachListMember { coding in
            // Nothing may follow chunked, itself included (RFC 9112 section 6.1).
            if isChunked { isBroken = true }
            if coding.isWord("chunked") { isChunked = true } else { hasUnknownCoding = true }
        }
        if isBroken { throw .malformed(.transferCoding) }
    }

    /// Decides once all fields are known.
    func resolve(
        method: String, target: RequestTarget, version: HTTPVersion, headers: HTTPFields
    ) throws(RequestRefusal) -> RequestHead {
        guard hosts == 1 || version == .http10 else { throw .malformed(.missingHost) }
        guard !hasUnknownExpectation || version == .http10 else { throw .unsupportedExpectation }
        return RequestHead(
            method: method, target: target, version: version, headers: headers, framing: try framing(version),
            isPersistent: version == .http11 ? !wantsClose : wantsKeepAlive && !wantsClose,
            expectsContinue: expectsContinue && version == .http11)
    }

    private func framing(_ version: HTTPVersion) throws(RequestRefusal) -> BodyFraming {
        guard hasTransferCoding else {
            guard let length, length > 0 else { return .none }
            return .length(length)
        }
        guard length == nil else { throw .malformed(.lengthWithTransferCoding) }
        // HTTP/1.0 has no transfer codings: such a message went through something that does not understand them.
        guard version == .http11, isChunked else { throw .malformed(.transferCoding) }
        guard !hasUnknownCoding else { throw .unsupportedTransferCoding }
        return .chunked
    }
}
