import GatewayCore

/// One event of the log, as JSON for machines or as text for a person.
struct LogLine {
    var level: LogLevel
    var event: String
    var fields: JSONObject
    /// Seconds since 1970.
    var time: Double

    func bytes(_ format: LogFormat) -> [UInt8] {
        switch format {
        case .json:
            var object: JSONObject = [
                "timestamp": .string(Timestamp.iso8601(time)), "level": .string(level.rawValue),
                "event": .string(event),
            ]
            for field in fields { object[field.key] = field.value }
            return object.serialized() + [UInt8(ascii: "\n")]
        case .console:
            let details = fields.map { " \($0.key)=\(Self.plain($0.value))" }.joined()
            let mark = level == .info ? "" : "\(level.rawValue): "
            return Array("\(Timestamp.iso8601(time)) \(mark)\(event)\(details)\n".utf8)
        }
    }

    /// Strings without quotes where they are one word; a line stays one line.
    private static func plain(_ value: JSONValue) -> String {
        if case .string(let text) = value, !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) {
            return text
        }
        return value.serializedString
    }
}
