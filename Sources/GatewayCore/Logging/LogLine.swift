/// One event of the log, as JSON for machines or as text for a person.
package struct LogLine {
    private let level: LogLevel
    private let event: String
    private let fields: JSONObject
    /// Seconds since 1970.
    private let time: Double

    package init(level: LogLevel, event: String, fields: JSONObject = JSONObject(), time: Double) {
        self.level = level
        self.event = event
        self.fields = fields
        self.time = time
    }

    /// With its line end.
    package func bytes(_ format: LogFormat) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(512)
        switch format {
        case .json: writeJSON(to: &line)
        case .console: writeText(to: &line)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func writeJSON(to line: inout [UInt8]) {
        line.appendJSON { json in
            json.beginObject()
            json.member("timestamp", Timestamp.iso8601Milliseconds(time))
            json.member("level", level.rawValue)
            json.member("event", event)
            for field in fields {
                json.key(text: field.key)
                json.value(field.value)
            }
            json.endObject()
        }
    }

    private func writeText(to line: inout [UInt8]) {
        line += Timestamp.iso8601Milliseconds(time).utf8
        line.append(UInt8(ascii: " "))
        if level != .info { line += "\(level.rawValue): ".utf8 }
        line += event.utf8
        for field in fields {
            line.append(UInt8(ascii: " "))
            line += field.key.utf8
            line.append(UInt8(ascii: "="))
            Self.writeText(of: field.value, to: &line)
        }
    }

    /// Strings without quotes where they are one word; a line stays one line.
    private static func writeText(of value: JSONValue, to line: inout [UInt8]) {
        if case .string(let text) = value, !text.isEmpty,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") })
        {
            line += text.utf8
        } else {
            line.appendJSON { $0.value(value) }
        }
    }
}
