/// Writes messages of AWS's event stream the way Bedrock does.
package enum AWSEventStreamWriter {
    /// Writes an event whose payload is the JSON that the closure appends.
    package static func write(
        event: StaticString, into output: inout [UInt8], payload: (inout [UInt8]) -> Void
    ) {
        let name = UnsafeBufferPointer(start: event.utf8Start, count: event.utf8CodeUnitCount)
        write(eventNamed: name, into: &output, payload: payload)
    }

    /// Writes a frame again that came in this framing.
    package static func write(_ frame: Frame, into output: inout [UInt8]) {
        write(eventNamed: (frame.event ?? "").utf8, into: &output) { $0 += frame.data }
    }

    /// Writes an event of another format as InvokeModel does.
    package static func write(wrapping event: [UInt8], into output: inout [UInt8]) {
        write(event: "chunk", into: &output) { payload in
            JSONText.append("{\"bytes\":\"", to: &payload)
            payload += Base64.encode(event).utf8
            JSONText.append("\"}", to: &payload)
        }
    }

    private static func write(
        eventNamed name: some Collection<UInt8>, into output: inout [UInt8], payload: (inout [UInt8]) -> Void
    ) {
        let start = begin(into: &output)
        writeHeader(":event-type", value: name, into: &output)
        writeHeader(":content-type", "application/json", into: &output)
        writeHeader(":message-type", "event", into: &output)
        let headersEnd = output.count
        payload(&output)
        finish(from: start, headersEnd: headersEnd, in: &output)
    }

    /// Writes an exception; a client takes nothing after it.
    package static func write(exception: String, body: JSONObject, into output: inout [UInt8]) {
        let start = begin(into: &output)
        writeHeader(":exception-type", value: exception.utf8, into: &output)
        writeHeader(":content-type", "application/json", into: &output)
        writeHeader(":message-type", "exception", into: &output)
        let headersEnd = output.count
        output += body.serialized()
        finish(from: start, headersEnd: headersEnd, in: &output)
    }

    private static let placeholder = [UInt8](repeating: 0, count: 12)

    /// Leaves room for the lengths; returns where the message starts.
    private static func begin(into output: inout [UInt8]) -> Int {
        let start = output.count
        output += placeholder
        return start
    }

    private static func writeHeader(_ name: StaticString, _ value: StaticString, into output: inout [UInt8]) {
        writeHeader(
            name, value: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount), into: &output)
    }

    /// Values longer than a header can hold are cut.
    private static func writeHeader(
        _ name: StaticString, value: some Collection<UInt8>, into output: inout [UInt8]
    ) {
        output.append(UInt8(truncatingIfNeeded: name.utf8CodeUnitCount))
        JSONText.append(name, to: &output)
        output.append(AWSEventStreamHeader.Kind.string.rawValue)
        let value = value.prefix(Int(Int16.max))
        output.append(UInt8(truncatingIfNeeded: value.count >> 8))
        output.append(UInt8(truncatingIfNeeded: value.count))
        output.append(contentsOf: value)
    }

    /// Fills in lengths and checksums.
    private static func finish(from start: Int, headersEnd: Int, in output: inout [UInt8]) {
        set(UInt32(clamping: output.count - start + 4), at: start, in: &output)
        set(UInt32(clamping: headersEnd - start - placeholder.count), at: start + 4, in: &output)
        set(CRC32.checksum(output[start..<(start + 8)]), at: start + 8, in: &output)
        let end = output.count
        output += [0, 0, 0, 0]
        set(CRC32.checksum(output[start..<end]), at: end, in: &output)
    }

    private static func set(_ value: UInt32, at place: Int, in output: inout [UInt8]) {
        for index in 0..<4 {
            output[place + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))
        }
    }
}
