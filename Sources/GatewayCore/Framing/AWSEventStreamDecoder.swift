/// Cuts a stream of AWS's binary messages into frames: `application/vnd.amazon.eventstream`, which has nothing but its
/// name in common with server-sent events.
///
/// A message is its length, the length of its headers, a checksum of these two, the headers, the payload, and a checksum
/// of all that. Every checksum is verified. A frame's event is the header `:event-type`, its data the payload. A message
/// that tells an exception or an error ends the stream with `FramingError.failed`.
///
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
package struct AWSEventStreamDecoder: FrameDecoder {
    private let limit: Int
    private var buffer = FrameBuffer()
    private var prelude: Prelude?
    private var failure: FramingError?
    /// Streams repeat few event names; the last string is shared by the frames that have the same.
    private var lastEvent = ""

    /// The largest message that AWS sends has 24 MiB of payload, by its own SDKs.
    package static let maxMessageBytes = maxHeaderBytes + 24 << 20
    static let maxHeaderBytes = 128 << 10

    /// - Parameter limit: how many bytes one message may have.
    package init(limit: Int = maxMessageBytes) {
        self.limit = limit
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        buffer.append(bytes)
    }

    package mutating func next() throws(FramingError) -> Frame? {
        if let failure { throw failure }
        do {
            while let message = try nextMessage() {
                if let frame = try frame(in: message) { return frame }
            }
            return nil
        } catch {
            failure = error
            throw error
        }
    }

    package mutating func finish() throws(FramingError) -> Frame? {
        if let failure { throw failure }
        let pending = buffer.bytes.count - buffer.start
        guard pending == 0 else {
            let error = FramingError.truncated(pendingBytes: pending)
            failure = error
            throw error
        }
        return nil
    }

    /// Takes the next whole message from the buffer, once its checksums are right.
    private mutating func nextMessage() throws(FramingError) -> AWSEventStreamMessage? {
        let start = buffer.start
        if prelude == nil, buffer.bytes.count - start >= Prelude.byteCount {
            prelude = try Prelude(buffer.bytes[start..<(start + Prelude.byteCount)], limit: limit)
        }
        guard let prelude, buffer.bytes.count - start >= prelude.messageBytes else { return nil }
        let end = start + prelude.messageBytes
        let checked = start..<(end - 4)
        guard CRC32.checksum(buffer.bytes[checked]) == UInt32(bigEndian: buffer.bytes[(end - 4)..<end]) else {
            throw .wrongChecksum
        }
        let headersStart = start + Prelude.byteCount
        let headersEnd = headersStart + prelude.headerBytes
        let message = try AWSEventStreamMessage(
            headers: buffer.bytes[headersStart..<headersEnd], payload: buffer.bytes[headersEnd..<checked.upperBound])
        buffer.take(upTo: end)
        self.prelude = nil
        return message
    }

    /// Nil for an event that has no name: nobody could tell what it means.
    private mutating func frame(in message: AWSEventStreamMessage) throws(FramingError) -> Frame? {
        if let failure = message.failure { throw .failed(failure) }
        guard let type = message.eventType else { return nil }
        if !type.elementsEqual(lastEvent.utf8) { lastEvent = String(decoding: type, as: UTF8.self) }
        return Frame(event: lastEvent, data: Array(message.payload))
    }
}

/// The first twelve bytes of a message.
private struct Prelude {
    var messageBytes: Int
    var headerBytes: Int

    static let byteCount = 12
    /// Prelude and final checksum.
    private static let minMessageBytes = 16

    init(_ bytes: ArraySlice<UInt8>, limit: Int) throws(FramingError) {
        let start = bytes.startIndex
        guard CRC32.checksum(bytes[start..<(start + 8)]) == UInt32(bigEndian: bytes[(start + 8)..<(start + 12)]) else {
            throw .wrongChecksum
        }
        messageBytes = Int(UInt32(bigEndian: bytes[start..<(start + 4)]))
        headerBytes = Int(UInt32(bigEndian: bytes[(start + 4)..<(start + 8)]))
        guard messageBytes <= limit else { throw .frameTooLarge(limit: limit) }
        guard headerBytes <= AWSEventStreamDecoder.maxHeaderBytes else {
            throw .frameTooLarge(limit: AWSEventStreamDecoder.maxHeaderBytes)
        }
        guard messageBytes >= Self.minMessageBytes + headerBytes else {
            throw .malformed("its lengths contradict each other")
        }
    }
}

extension FixedWidthInteger {
    /// - Parameter bytes: as many as the integer has, the highest first; missing ones at the front count as zero.
    init(bigEndian bytes: some Sequence<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | Self(truncatingIfNeeded: $1) }
    }
}
