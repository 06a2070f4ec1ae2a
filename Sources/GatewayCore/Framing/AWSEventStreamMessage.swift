/// One message of AWS's event stream, its bytes as they came and its headers checked.
struct AWSEventStreamMessage {
    let payload: ArraySlice<UInt8>
    private var messageType: ArraySlice<UInt8>?
    /// What an `event` is, such as `contentBlockDelta`.
    private(set) var eventType: ArraySlice<UInt8>?
    private var exceptionType: ArraySlice<UInt8>?
    private var errorCode: ArraySlice<UInt8>?
    private var errorMessage: ArraySlice<UInt8>?

    /// No message of AWS has nearly so many.
    private static let maxHeaders = 64

    /// Throws where the headers cannot be read, or where one stands twice.
    init(headers: ArraySlice<UInt8>, payload: ArraySlice<UInt8>) throws(FramingError) {
        self.payload = payload
        var names: [ArraySlice<UInt8>] = []
        var rest = headers
        while !rest.isEmpty {
            guard let header = AWSEventStreamHeader(taking: &rest) else { throw .malformed("a header cannot be read") }
            guard names.count < Self.maxHeaders, !names.contains(where: { $0.elementsEqual(header.name) }) else {
                throw .malformed("a header stands twice, or there are more than \(Self.maxHeaders)")
            }
            names.append(header.name)
            note(header)
        }
    }

    private mutating func note(_ header: AWSEventStreamHeader) {
        guard header.kind == .string, header.name.first == UInt8(ascii: ":") else { return }
        if header.isNamed(":event-type") {
            eventType = header.value
        } else if header.isNamed(":message-type") {
            messageType = header.value
        } else if header.isNamed(":exception-type") {
            exceptionType = header.value
        } else if header.isNamed(":error-code") {
            errorCode = header.value
        } else if header.isNamed(":error-message") {
            errorMessage = header.value
        }
    }

    /// What a message other than an event tells; nil for an event.
    var failure: AWSEventStreamFailure? {
        guard let messageType, !messageType.elementsEqual("event".utf8) else { return nil }
        let name = exceptionType ?? errorCode ?? messageType
        return AWSEventStreamFailure(
            name: String(decoding: name, as: UTF8.self),
            message: errorMessage.map { String(decoding: $0, as: UTF8.self) }, body: Array(payload))
    }
}

/// An exception or error that a service of AWS sent in a stream that had begun well. Nothing follows it.
package struct AWSEventStreamFailure: Sendable, Equatable {
    /// The exception's member of the stream's shape, `throttlingException`, or an error's code.
    package var name: String
    /// Of an error; an exception has its message in the body.
    package var message: String?
    package var body: [UInt8]

    package init(name: String, message: String? = nil, body: [UInt8]) {
        self.name = name
        self.message = message
        self.body = body
    }
}

/// One header of a message, not copied.
struct AWSEventStreamHeader {
    /// The types of AWS's event stream by their numbers.
    enum Kind: UInt8 {
        case `true` = 0
        case `false`, int8, int16, int32, int64, bytes, string, timestamp, uuid
    }

    let name: ArraySlice<UInt8>
    let kind: Kind
    let value: ArraySlice<UInt8>

    /// Takes one header from the front; nil where there is none to be read.
    init?(taking rest: inout ArraySlice<UInt8>) {
        guard let nameLength = rest.popFirst(), nameLength > 0, rest.count > Int(nameLength) else { return nil }
        name = rest.prefix(Int(nameLength))
        rest = rest.dropFirst(Int(nameLength))
        guard let kind = rest.popFirst().flatMap(Kind.init) else { return nil }
        self.kind = kind
        let length: Int
        switch kind {
        case .true, .false: length = 0
        case .int8: length = 1
        case .int16: length = 2
        case .int32: length = 4
        case .int64, .timestamp: length = 8
        case .uuid: length = 16
        case .bytes, .string:
            guard rest.count >= 2 else { return nil }
            length = Int(UInt16(bigEndian: rest.prefix(2)))
            rest = rest.dropFirst(2)
        }
        guard rest.count >= length else { return nil }
        value = rest.prefix(length)
        rest = rest.dropFirst(length)
    }

    func isNamed(_ text: StaticString) -> Bool {
        guard name.count == text.utf8CodeUnitCount else { return false }
        for (index, byte) in name.enumerated() where text.utf8Start[index] != byte { return false }
        return true
    }
}
