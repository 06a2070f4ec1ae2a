import GatewayCore

/// The headers that are the same for every request to an instance, made once.
struct ProviderHeaders: Sendable {
    private(set) var fields: HTTPFields

    /// - Parameter authentication: set last, so that the operator's own headers never replace it.
    init(_ instance: InstanceConfiguration, authentication: (name: String, value: String)?) {
        fields = ["content-type": "application/json"]
        fields["user-agent"] = "llm-gateway"
        for field in instance.headers { fields[field.name] = field.value }
        if let authentication { fields[authentication.name] = authentication.value }
    }

    mutating func set(_ name: String, _ value: String?) {
        guard let value else { return }
        fields[name] = value
    }

    /// With what the client sent under these names, where the operator has not set them.
    func adding(_ names: [String], from client: HTTPFields) -> HTTPFields {
        var fields = fields
        for name in names {
            if let value = client[name], self.fields[name] == nil { fields.append(name, value) }
        }
        return fields
    }
}

extension UInt8 {
    /// RFC 3986 section 2.3.
    var isUnreservedInURL: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension String {
    /// Fit for a segment or a query item of a URL (RFC 3986 section 2.1).
    var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            if byte.isUnreservedInURL {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return text
    }
}

extension String {
    /// The address with the query that the provider wants, with its question mark, and the client's.
    func adding(_ own: String, _ client: String?) -> String {
        guard let client, !client.isEmpty else { return self + own }
        return self + (own.isEmpty ? "?" : own + "&") + client
    }
}

extension InstanceConfiguration {
    /// The instance's address without trailing slashes, or the provider's own.
    func address(or standard: String) -> String {
        var address = Substring(baseURL ?? standard)
        while address.last == "/" { address = address.dropLast() }
        return String(address)
    }

    var bearer: (name: String, value: String)? {
        apiKey.map { ("authorization", "Bearer " + $0.revealed) }
    }
}
