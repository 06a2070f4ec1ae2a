import Testing

@testable import GatewayCore

struct LogLineTests {
    private let fields: JSONObject = [
        "request_id": "r-1", "text": "two words", "quote": "a\"b", "line": "one\ntwo", "empty": "", "count": 3,
        "none": .null,
    ]

    private func text(_ level: LogLevel, _ format: LogFormat) -> String {
        let line = LogLine(level: level, event: "thing_happened", fields: fields, time: 1_795_255_200.25)
        return String(decoding: line.bytes(format), as: UTF8.self)
    }

    @Test func isOneJSONObjectALine() throws {
        let line = text(.warning, .json)
        #expect(line.hasSuffix("}\n"))
        #expect(line.split(separator: "\n").count == 1)
        let object = try #require(try JSONValue(parsing: Array(line.utf8)).object)
        #expect(object["timestamp"] == "2026-11-21T10:00:00.250Z")
        #expect(object["level"] == "warning")
        #expect(object["event"] == "thing_happened")
        for field in fields { #expect(object[field.key] == field.value) }
    }

    @Test func isTextForAPerson() {
        #expect(
            text(.info, .console)
                == "2026-11-21T10:00:00.250Z thing_happened request_id=r-1 text=\"two words\" quote=\"a\\\"b\" "
                + "line=\"one\\ntwo\" empty=\"\" count=3 none=null\n")
        #expect(text(.error, .console).hasPrefix("2026-11-21T10:00:00.250Z error: thing_happened "))
    }

    @Test(arguments: [(-0.001, "1969-12-31T23:59:59.999Z"), (0.0, "1970-01-01T00:00:00.000Z")])
    func writesMilliseconds(seconds: Double, text: String) {
        #expect(Timestamp.iso8601Milliseconds(seconds) == text)
    }
}
