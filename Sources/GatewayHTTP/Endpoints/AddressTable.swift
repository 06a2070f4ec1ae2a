import GatewayCore

/// Endpoints by their whole address. There are few, nearly all of different lengths: looking at one after the other costs less
/// than hashing the address of each request.
struct AddressTable: ExpressibleByDictionaryLiteral, Sendable {
    private let paths: [String]
    private let endpoints: [Endpoint]

    init(dictionaryLiteral elements: (String, Endpoint)...) {
        paths = elements.map(\.0)
        endpoints = elements.map(\.1)
    }

    /// Nil for every other address.
    subscript(path: String) -> Endpoint? {
        for place in paths.indices where paths[place].hasSameUTF8(as: path) { return endpoints[place] }
        return nil
    }
}
