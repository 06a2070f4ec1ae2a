/// Where the gateway's log goes. Called from any thread, on the way of requests: implementations only hand over.
public protocol Logger: Sendable {
    /// Whether lines of that level are written at all: asked first where making the fields of one costs time.
    func takes(_ level: LogLevel) -> Bool

    /// - Parameters:
    ///   - event: one word with underscores, such as `llm_request_complete`.
    ///   - fields: no secrets; texts of clients and providers masked.
    func log(_ level: LogLevel, _ event: String, _ fields: JSONObject)

    /// As above with one more field, `body`: credentials are taken out of it where it is written, which takes time.
    func log(_ level: LogLevel, _ event: String, _ fields: JSONObject, body: [UInt8])
}

extension Logger {
    package func log(_ level: LogLevel, _ event: String) {
        log(level, event, JSONObject())
    }

    public func log(_ level: LogLevel, _ event: String, _ fields: JSONObject, body: [UInt8]) {
        var fields = fields
        fields.append("body", .string(BodyRedaction.redacted(body)))
        log(level, event, fields)
    }
}

/// Writes nothing.
public struct NoLogger: Logger {
    public init() {}
    public func takes(_ level: LogLevel) -> Bool { false }
    public func log(_ level: LogLevel, _ event: String, _ fields: JSONObject) {}
}
