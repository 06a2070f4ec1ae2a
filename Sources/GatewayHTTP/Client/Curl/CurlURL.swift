import CCurl

/// A URL as libcurl itself reads it: what is checked here is what will be connected to, without a second parser to
/// disagree with.
struct CurlURL: ~Copyable {
    private let handle: OpaquePointer

    init?(_ text: String) {
        guard let handle = curl_url() else { return nil }
        guard curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK else {
            curl_url_cleanup(handle)
            return nil
        }
        self.handle = handle
    }

    deinit { curl_url_cleanup(handle) }

    /// In lower case.
    var scheme: String? { part(CURLUPART_SCHEME)?.lowercased() }
    /// IPv6 addresses are in brackets.
    var host: String? { part(CURLUPART_HOST) }
    var user: String? { part(CURLUPART_USER) }
    var password: String? { part(CURLUPART_PASSWORD) }
    var text: String? { part(CURLUPART_URL) }

    /// Moves to the target of a link, which may be relative to here (RFC 3986 section 5). Returns false, and stays,
    /// when that is no URL.
    mutating func follow(_ link: String) -> Bool {
        curl_url_set(handle, CURLUPART_URL, link, 0) == CURLUE_OK
    }

    private func part(_ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

/// The parts of a URL's text that errors may show, found without judging the rest.
struct DisplayURL {
    /// Scheme, host and path, never a user, a password or a query.
    let text: String
    /// The host alone, an IPv6 address in its brackets.
    let host: String

    init(_ url: String) {
        let head = url.prefix { $0 != "?" && $0 != "#" }
        var start = head.startIndex
        if let colon = head.firstIndex(of: ":"), head[colon...].hasPrefix("://") {
            start = head.index(colon, offsetBy: 3)
        }
        var authority = head[start...].prefix { $0 != "/" }
        let path = head[authority.endIndex...]
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        text = String(head[..<start] + authority + path)
        let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map(authority.index(after:)) : nil
        host = String(authority[..<(end ?? authority.firstIndex(of: ":") ?? authority.endIndex)])
    }
}
