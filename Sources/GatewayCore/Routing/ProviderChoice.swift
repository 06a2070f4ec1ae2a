/// A provider that the client chose itself, past all routing, and where it did.
package enum ProviderChoice: Sendable, Equatable {
    /// By path routing: `/{provider}/v1/…`.
    case address(String)
    /// In the body: `x-gateway.provider`.
    case option(String)
    /// In the header `x-gateway-provider`.
    case header(String)

    /// As the client wrote it.
    package var name: String {
        switch self {
        case .address(let name), .option(let name), .header(let name): name
        }
    }

    /// The failure that tells that there is no such provider: an address with nothing behind it is 404, a wrong member 400.
    package func unknown(among configured: [String]) -> ProviderFailure {
        let message = "No provider \"\(name)\" is configured. " + Self.list(configured)
        switch self {
        case .address:
            return ProviderFailure(kind: .notFound, status: 404, message: message, code: "provider_not_found")
        case .option:
            return .invalidRequest(message, parameter: "x-gateway.provider")
        case .header:
            return .invalidRequest(message, parameter: "x-gateway-provider")
        }
    }

    private static func list(_ configured: [String]) -> String {
        configured.isEmpty ? "None is." : "There is " + configured.joined(separator: ", ") + "."
    }
}
