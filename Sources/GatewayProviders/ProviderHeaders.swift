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
