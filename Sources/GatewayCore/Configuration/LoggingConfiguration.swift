/// The gateway's log.
public struct LoggingConfiguration: Sendable, Equatable {
    public var level: LogLevel = .info
    public var format: LogFormat = .console
    /// Lines are added to its end; nil is standard error.
    public var file: String?
    /// Whether the bodies that clients send are logged, without what looks like a secret.
    public var includesRequestBodies: Bool = false
    /// Whether the bodies that clients are sent are logged, as above.
    public var includesResponseBodies: Bool = false

    public init(level: LogLevel = .info, format: LogFormat = .console) {
        self.level = level
        self.format = format
    }
}

extension LoggingConfiguration {
    init(reading reader: inout ConfigurationReader, level: LogLevel, format: LogFormat) {
        self.init(
            level: reader.choice("level", of: LogLevel.self, synonyms: ["warn": .warning]) ?? level,
            format: reader.choice("format", of: LogFormat.self) ?? format)
        file = reader.name("file")
        includesRequestBodies = reader.boolean("request_body") ?? includesRequestBodies
        includesResponseBodies = reader.boolean("response_body") ?? includesResponseBodies
    }
}
