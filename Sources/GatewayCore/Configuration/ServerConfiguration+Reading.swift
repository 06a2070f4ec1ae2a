extension ServerConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init()
        host = reader.name("host") ?? host
        port = reader.integer("port", in: 0...65535) ?? port
        threads = reader.integer("threads", in: 1...1024)
        maxHeadBytes = reader.integer("max_head_bytes", in: 1024...Self.maximumSize) ?? maxHeadBytes
        maxHeaderCount = reader.integer("max_header_count", in: 8...10_000) ?? maxHeaderCount
        maxBodyBytes = reader.integer("max_body_bytes", in: 0...Self.maximumSize) ?? maxBodyBytes
        maxUploadBytes = reader.integer("max_upload_bytes", in: 0...Self.maximumSize) ?? maxUploadBytes
        headTimeout = reader.seconds("head_timeout_seconds") ?? headTimeout
        bodyTimeout = reader.seconds("body_timeout_seconds") ?? bodyTimeout
        writeTimeout = reader.seconds("write_timeout_seconds") ?? writeTimeout
        keepAliveTimeout = reader.seconds("keep_alive_timeout_seconds") ?? keepAliveTimeout
        shutdownTimeout = reader.seconds("shutdown_timeout_seconds") ?? shutdownTimeout
        drainTime = reader.span("drain_seconds") ?? drainTime
        logLevel = reader.choice("log_level", of: LogLevel.self, synonyms: ["warn": .warning]) ?? logLevel
        logFormat = reader.choice("log_format", of: LogFormat.self) ?? logFormat
        tls = reader.table("tls") { TLSConfiguration(reading: &$0) }
        cors = reader.table("cors") { CORSConfiguration(reading: &$0) } ?? cors
    }

    private static var maximumSize: Int { 1 << 31 }
}

extension TLSConfiguration {
    fileprivate init(reading reader: inout ConfigurationReader) {
        self.init(certificate: reader.name("certificate") ?? "", key: reader.name("key") ?? "")
        minimumVersion = reader.choice("min_version", of: Version.self) ?? minimumVersion
        for key in ["certificate", "key"] where !reader.has(key) {
            reader.reportMissing(key, hint: "write the path of a PEM file, \(key) = \"\(key).pem\"")
        }
    }
}

extension CORSConfiguration {
    /// The section is there to be used: it is enabled unless it says otherwise.
    fileprivate init(reading reader: inout ConfigurationReader) {
        self.init(isEnabled: reader.boolean("enabled") ?? true)
        allowedOrigins = reader.strings("allowed_origins") ?? allowedOrigins
        allowedHeaders = reader.strings("allowed_headers") ?? allowedHeaders
        maxAge = reader.seconds("max_age_seconds") ?? maxAge
    }
}
