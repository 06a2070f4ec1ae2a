import GatewayCore

extension HTTPServerConfiguration {
    /// The listener that `[server]` of a configuration describes, with its certificate read.
    package init(_ server: ServerConfiguration) throws(TLSError) {
        self.init()
        host = server.host
        port = UInt16(clamping: server.port)
        limits.headBytes = server.maxHeadBytes
        limits.headerCount = server.maxHeaderCount
        maxBodyBytes = server.maxBodyBytes
        headTimeout = server.headTimeout
        bodyTimeout = server.bodyTimeout
        writeTimeout = server.writeTimeout
        keepAliveTimeout = server.keepAliveTimeout
        drainTime = server.drainTime
        if let tls = server.tls {
            let context = try TLSContext(
                certificateFile: tls.certificate, keyFile: tls.key, minimumVersion: tls.minimumVersion)
            makeChannel = { context.makeChannel(descriptor: $0) }
        }
    }
}
