/// One unit of a stream as the transport of a format cuts it: a server-sent event, an element of a JSON array, a message
/// of AWS's event stream.
package struct Frame: Sendable, Equatable {
    /// The name of the event, where the framing has one; it is not always the `type` inside the data.
    package var event: String?
    /// The payload as it came; that it is JSON or even UTF-8 is for the format to find out.
    package var data: [UInt8]
    /// The `id:` of this event itself, not the last one seen.
    package var id: String?
    /// The `retry:` of this event, in milliseconds.
    package var retry: Int?

    package init(event: String? = nil, data: [UInt8], id: String? = nil, retry: Int? = nil) {
        self.event = event
        self.data = data
        self.id = id
        self.retry = retry
    }
}

/// Cuts the bytes of a stream into frames, however the network has split them.
///
/// After an error a decoder has nothing more to say: every later call throws the same.
package protocol FrameDecoder: Sendable {
    /// Takes over what has arrived. Costs one copy; nothing is looked at before `next`.
    mutating func append(_ bytes: ArraySlice<UInt8>)

    /// The next frame that is complete; nil when more bytes are needed.
    mutating func next() throws(FramingError) -> Frame?

    /// Tells that the stream has ended, once `next` has returned nil. Throws when it ended inside the framing.
    mutating func finish() throws(FramingError) -> Frame?
}

extension FrameDecoder {
    package mutating func append(_ bytes: [UInt8]) {
        append(bytes[...])
    }
}

/// Why a stream cannot be cut into frames.
package enum FramingError: Error, Sendable, Equatable {
    case frameTooLarge(limit: Int)
    /// The stream ended early: this many bytes had arrived of a frame that is not complete.
    case truncated(pendingBytes: Int)
    /// - Parameter offset: counted from the start of the stream.
    case unexpectedByte(UInt8, offset: Int)
    /// A checksum of AWS's event stream is not that of the bytes.
    case wrongChecksum
    /// A message of AWS's event stream is not built as one.
    case malformed(String)
    /// The provider said in the stream that it failed.
    case failed(AWSEventStreamFailure)
}

extension FramingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .frameTooLarge(let limit): "a frame of the stream is larger than \(limit) bytes"
        case .truncated(0): "the stream ended before its end was marked"
        case .truncated(let pendingBytes): "the stream ended inside a frame, after \(pendingBytes) bytes of it"
        case .unexpectedByte(let byte, let offset): "the stream is malformed: byte \(byte) at offset \(offset)"
        case .wrongChecksum: "the stream is damaged: a checksum is wrong"
        case .malformed(let reason): "the stream is malformed: \(reason)"
        case .failed(let failure): "the provider failed in the stream: \(failure.name)"
        }
    }
}

/// What the frame decoders ask of a stream.
package enum FrameLimits {
    /// The bytes that one frame may have: 16 MiB, enough for an inline image in base64.
    package static let bytes = 16 << 20
}
