import GatewayCore

/// One server as requests name it, with the connections to it that wait for a next request. On-loop only.
final class PlainOrigin {
    /// Host and port as URLs write them.
    let authority: String
    /// What `Host` says: without the port that `http` means anyway (RFC 9110 section 7.2).
    let host: String
    /// The connection used last is the last one, and the first to be used again: the others run out of time.
    @exclusivity(unchecked) var idle: [PlainConnection] = []

    init(_ url: PlainURL) {
        authority = String(url.authority)
        host = authority.hasSuffix(":80") ? String(authority.dropLast(3)) : authority
    }

    /// The URL under which libcurl is asked to connect.
    var url: String { "http://\(authority)/" }
}
