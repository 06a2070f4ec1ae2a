import GatewayCore

/// Signs requests as AWS wants them: Signature Version 4, in headers.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
struct SignatureV4 {
    var region: String
    var service: String
    var keyID: String
    var secret: Secret
    var sessionToken: Secret?

    /// What is signed. The path is as it travels, and is encoded once more for the signature, as every service but S3 has
    /// it: a model's `:` travels as `%3A` and is signed as `%253A`.
    struct Message {
        var method: String
        var host: String
        var path: String
        /// Not encoded.
        var query: [(name: String, value: String)] = []
        /// Those that are to be signed besides `host`, `x-amz-date` and `x-amz-security-token`.
        var headers: HTTPFields = [:]
        var body: [UInt8] = []
    }

    /// The headers that sign the message at that time, in seconds since 1970.
    func headers(for message: Message, at instant: Double) -> HTTPFields {
        let time = Self.timestamp(instant)
        var added: HTTPFields = ["x-amz-date": time]
        if let sessionToken { added.append("x-amz-security-token", sessionToken.revealed) }
        let (canonical, signedNames) = canonicalRequest(message, adding: added)
        let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
        let toSign = """
            AWS4-HMAC-SHA256
            \(time)
            \(scope)
            \(SHA256.digest(Array(canonical.utf8)).hexadecimal)
            """
        let signature = SHA256.authenticationCode(of: Array(toSign.utf8), key: signingKey(date: time.prefix(8)))
        added.append(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=\(keyID)/\(scope), SignedHeaders=\(signedNames), "
                + "Signature=\(signature.hexadecimal)")
        return added
    }

    /// The text of the request that both sides make, and the names of the headers in it.
    func canonicalRequest(_ message: Message, adding added: HTTPFields) -> (text: String, signedNames: String) {
        var headers: [String: [String]] = ["host": [message.host]]
        for field in message.headers.fields + added.fields {
            headers[field.name.lowercased(), default: []].append(field.value.withSingleBlanks)
        }
        let names = headers.keys.sorted()
        let lines = names.map { "\($0):\((headers[$0] ?? []).joined(separator: ","))\n" }.joined()
        let query = message.query
            .map { (name: $0.name.percentEncoded, value: $0.value.percentEncoded) }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let path = message.path.split(separator: "/", omittingEmptySubsequences: false)
            .map { String($0).percentEncoded }.joined(separator: "/")
        let signedNames = names.joined(separator: ";")
        let text = """
            \(message.method)
            \(path.isEmpty ? "/" : path)
            \(query)
            \(lines)
            \(signedNames)
            \(SHA256.digest(message.body).hexadecimal)
            """
        return (text, signedNames)
    }

    private func signingKey(date: Substring) -> [UInt8] {
        var key = Array(("AWS4" + secret.revealed).utf8)
        for part in [String(date), region, service, "aws4_request"] {
            key = SHA256.authenticationCode(of: Array(part.utf8), key: key)
        }
        return key
    }

    /// ISO 8601 without its marks: `20261121T100000Z`.
    private static func timestamp(_ instant: Double) -> String {
        Timestamp.iso8601(instant).filter { $0 != "-" && $0 != ":" }
    }
}

extension String {
    /// Without blanks at the ends, and with one where there are several.
    fileprivate var withSingleBlanks: String {
        split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }
}
