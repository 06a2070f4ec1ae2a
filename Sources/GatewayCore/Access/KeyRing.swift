/// Tells who a client is by the key it presents.
package struct KeyRing: Sendable {
    private let keys: [GatewayKey]

    package init(_ configuration: GatewayConfiguration) {
        keys = configuration.apiKeys.filter(\.isEnabled)
    }

    /// Whether clients must present a key.
    package var isRequired: Bool { !keys.isEmpty }

    /// The client behind the credentials of a request, or nil when they are missing or wrong. Without any key
    /// configured everyone is let in, nameless; the configuration then allows loopback only.
    ///
    /// Every key is compared in constant time and none is skipped, so that timing tells nothing.
    package func identify(_ credentials: ClientCredentials) -> ClientIdentity? {
        if keys.isEmpty { return ClientIdentity(keyName: nil, isAdmin: true) }
        guard let presented = credentials.key else { return nil }
        var found: GatewayKey?
        for key in keys where key.key.matches(presented.utf8) {
            found = key
        }
        return found.map { ClientIdentity(keyName: $0.name, conversion: $0.conversion, isAdmin: $0.isAdmin) }
    }
}

package struct ClientIdentity: Sendable, Equatable {
    /// Nil when the gateway asks for no key.
    package var keyName: String?
    /// What the key's requests may lose; nil leaves it to the configuration.
    package var conversion: ConversionPolicy?
    /// Whether it may do what concerns the gateway itself, and read others' records. Without keys everyone on this machine may.
    package var isAdmin: Bool

    package init(keyName: String?, conversion: ConversionPolicy? = nil, isAdmin: Bool = false) {
        self.keyName = keyName
        self.conversion = conversion
        self.isAdmin = isAdmin
    }
}

/// What a client presents, wherever its API puts it.
package struct ClientCredentials: Sendable {
    package let key: String?

    /// Looks at `Authorization: Bearer`, `x-api-key`, `api-key`, `x-goog-api-key`, `?key=` and at the access key of a request
    /// that an AWS SDK has signed, in this order. Such a signature is not checked: the key is the proof, as elsewhere.
    package init(headers: HTTPFields, queryKey: String? = nil) {
        key =
            Self.bearer(headers["authorization"]) ?? headers["x-api-key"] ?? headers["api-key"]
            ?? headers["x-goog-api-key"] ?? queryKey ?? Self.accessKey(headers["authorization"])
    }

    /// `AWS4-HMAC-SHA256 Credential=KEY/20261121/us-east-1/bedrock/aws4_request, …`
    private static func accessKey(_ value: String?) -> String? {
        let prefix = "AWS4-HMAC-SHA256 Credential="
        guard let value, value.hasPrefix(prefix) else { return nil }
        let key = value.utf8.dropFirst(prefix.utf8.count).prefix { $0 != UInt8(ascii: "/") }
        return key.isEmpty ? nil : String(Substring(key))
    }

    private static func bearer(_ value: String?) -> String? {
        let scheme: StaticString = "bearer "
        guard let value, value.beginsIgnoringASCIICase(with: scheme) else { return nil }
        return value.withBytes { bytes in
            let token = bytes[scheme.utf8CodeUnitCount...].drop { $0 == UInt8(ascii: " ") }
            return token.isEmpty ? nil : String(decoding: UnsafeBufferPointer(rebasing: token), as: UTF8.self)
        }
    }
}
