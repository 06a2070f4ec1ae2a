/// Why a request is refused before anybody looks at what it asks for. The connection is closed after the answer: where
/// the request ends is not known for sure.
package enum RequestRefusal: Error, Sendable, Equatable {
    case malformed(HeadFault)
    case targetTooLong(limit: Int)
    case headTooLarge(limit: Int)
    case tooManyHeaders(limit: Int)
    case unknownMethod
    case unsupportedVersion
    case unsupportedTransferCoding
    case unsupportedExpectation
    case headTimedOut

    package var status: Int {
        switch self {
        case .malformed: 400
        case .headTimedOut: 408
        case .targetTooLong: 414
        case .unsupportedExpectation: 417
        case .headTooLarge, .tooManyHeaders: 431
        case .unknownMethod, .unsupportedTransferCoding: 501
        case .unsupportedVersion: 505
        }
    }

    /// One sentence for the client.
    package var explanation: String {
        switch self {
        case .malformed(let fault): "Malformed request: \(fault.explanation)."
        case .targetTooLong(let limit): "The request target is longer than \(limit) bytes."
        case .headTooLarge(let limit): "The request's header section is larger than \(limit) bytes."
        case .tooManyHeaders(let limit): "The request has more than \(limit) header fields."
        case .unknownMethod: "The request method is not known here."
        case .unsupportedVersion: "Only HTTP/1.1 and HTTP/1.0 are spoken here."
        case .unsupportedTransferCoding: "The only transfer coding understood here is chunked."
        case .unsupportedExpectation: "The only expectation met here is 100-continue."
        case .headTimedOut: "The request's header section did not arrive in time."
        }
    }
}

/// The rule of RFC 9110 or 9112 that a request's head breaks.
package enum HeadFault: Sendable, Equatable {
    case bareLineFeed
    case requestLine
    case target
    case foldedLine
    case fieldName
    case fieldValue
    case missingHost
    case repeatedHost
    case invalidHost
    case invalidLength
    case repeatedLength
    case lengthWithTransferCoding
    case transferCoding

    var explanation: String {
        switch self {
        case .bareLineFeed: "a line does not end with CR LF"
        case .requestLine: "the request line is not METHOD SP TARGET SP HTTP/1.1"
        case .target: "the request target is in no valid form"
        case .foldedLine: "a header field is folded over several lines"
        case .fieldName: "a header field's name is not a token directly followed by a colon"
        case .fieldValue: "a header field's value holds a control character"
        case .missingHost: "the Host header field is missing"
        case .repeatedHost: "there is more than one Host header field"
        case .invalidHost: "the Host header field is invalid"
        case .invalidLength: "Content-Length is not a number"
        case .repeatedLength: "there is more than one Content-Length"
        case .lengthWithTransferCoding: "Content-Length and Transfer-Encoding exclude each other"
        case .transferCoding: "Transfer-Encoding does not end with one chunked"
        }
    }
}
