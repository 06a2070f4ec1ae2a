/// Writes server-sent events the way the providers do: `event: name`, `data: payload`, a blank line, each with LF.
package enum SSEWriter {
    package static func write(_ frame: Frame, into output: inout [UInt8]) {
        if let event = frame.event { writeField("event: ", event, into: &output) }
        if let id = frame.id { writeField("id: ", id, into: &output) }
        if let retry = frame.retry { writeField("retry: ", String(retry), into: &output) }
        writeData(frame.data, into: &output)
        output.append(0x0A)
    }

    /// Writes an event whose data is JSON, without making the JSON first.
    package static func write(
        event: StaticString? = nil, into output: inout [UInt8], json: (inout JSONByteWriter) -> Void
    ) {
        if let event {
            JSONText.append("event: ", to: &output)
            JSONText.append(event, to: &output)
            output.append(0x0A)
        }
        JSONText.append("data: ", to: &output)
        output.appendJSON(json)
        JSONText.append("\n\n", to: &output)
    }

    /// Writes an event whose data is the same every time: `[DONE]`, a ping.
    package static func write(event: StaticString? = nil, data: StaticString, into output: inout [UInt8]) {
        write(event: event, into: &output) { $0.raw(data) }
    }

    /// Writes a line that clients ignore; it keeps a connection open through proxies that cut idle ones.
    package static func writeComment(_ comment: StaticString, into output: inout [UInt8]) {
        JSONText.append(": ", to: &output)
        JSONText.append(comment, to: &output)
        JSONText.append("\n\n", to: &output)
    }

    /// A line end inside a field would end it, and what follows could pass for another field: it becomes a space.
    private static func writeField(_ name: StaticString, _ value: String, into output: inout [UInt8]) {
        JSONText.append(name, to: &output)
        for byte in value.utf8 {
            output.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte)
        }
        output.append(0x0A)
    }

    /// Writes one `data:` line for each line of the payload.
    private static func writeData(_ data: [UInt8], into output: inout [UInt8]) {
        var rest = data[...]
        while true {
            JSONText.append("data: ", to: &output)
            guard let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { break }
            output.append(contentsOf: rest[..<end])
            output.append(0x0A)
            let isCRLF = rest[end] == 0x0D && rest[(end + 1)...].first == 0x0A
            rest = rest[(end + (isCRLF ? 2 : 1))...]
        }
        output.append(contentsOf: rest)
        output.append(0x0A)
    }
}
