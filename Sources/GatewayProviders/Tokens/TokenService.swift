import GatewayCore

/// Asks for an access token: an OAuth 2.0 token endpoint (RFC 6749 section 5), or a metadata service that answers like one.
struct TokenService {
    /// As an operator knows it: "Entra", "Google's token service".
    let name: String

    /// A token without a stated end is asked for again after this long.
    private static let standardLifetime = 300.0
    private static let maxTokenBytes = 64 * 1024

    static func timeouts() -> TransportTimeouts {
        var timeouts = TransportTimeouts()
        timeouts.connect = .seconds(5)
        timeouts.firstByte = .seconds(10)
        timeouts.idle = .seconds(5)
        timeouts.total = .seconds(12)
        return timeouts
    }

    /// The form of a token request, `application/x-www-form-urlencoded`.
    static func request(_ url: String, form: [(String, String)]) -> TransportRequest {
        let text = form.map { "\($0.percentEncoded)=\($1.percentEncoded)" }.joined(separator: "&")
        return TransportRequest(
            url: url, headers: ["content-type": "application/x-www-form-urlencoded", "accept": "application/json"],
            body: Array(text.utf8), timeouts: timeouts())
    }

    static func metadataRequest(_ url: String, header: (name: String, value: String)) -> TransportRequest {
        var headers: HTTPFields = [:]
        headers[header.name] = header.value
        return TransportRequest(method: "GET", url: url, headers: headers, timeouts: timeouts())
    }

    /// Throws with the service's own word for a refusal, never with anything that was sent.
    func token(
        by request: TransportRequest, from surroundings: CredentialSurroundings
    ) async throws(ProviderError) -> ProviderCredential {
        let (status, body): (Int, [UInt8])
        do {
            (status, body) = try await surroundings.answer(to: request)
        } catch {
            throw ProviderError("\(name) cannot be reached")
        }
        // What is no JSON is no token either: the status tells the rest.
        let answer = try? JSONValue(parsing: body)
        guard (200..<300).contains(status) else { throw refusal(status, answer) }
        guard let token = answer?["access_token"]?.string, Self.isToken(token) else {
            throw ProviderError("\(name) answered without a token")
        }
        return ProviderCredential(.token(Secret(token)), expires: end(of: answer, from: surroundings.instant))
    }

    /// `expires_in` counts from now; `expires_on` is a time. Metadata services write both as texts.
    private func end(of answer: JSONValue?, from now: Double) -> Double {
        func number(_ key: String) -> Double? {
            answer?[key]?.double ?? answer?[key]?.string.flatMap { Double($0) }
        }
        if let lifetime = number("expires_in"), (1...31_536_000).contains(lifetime) { return now + lifetime }
        if let end = number("expires_on"), end > now, end - now <= 31_536_000 { return end }
        return now + Self.standardLifetime
    }

    private func refusal(_ status: Int, _ answer: JSONValue?) -> ProviderError {
        let word = answer?["error"]?.string ?? answer?["error"]?["status"]?.string
        guard let word, word.utf8.count <= 64, word.utf8.allSatisfy(\.isUnreservedInURL) else {
            return ProviderError("\(name) refused to give a token (HTTP \(status))")
        }
        return ProviderError("\(name) refused to give a token (HTTP \(status), \(word))")
    }

    /// Whether the text can stand in a header.
    static func isToken(_ text: String) -> Bool {
        (1...maxTokenBytes).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}

extension ProviderAccess {
    /// The bearer of a fetched token.
    var bearer: (name: String, value: String)? {
        guard case .token(let token)? = credential?.kind else { return nil }
        return ("authorization", "Bearer " + token.revealed)
    }
}
