/// A client's call about a response that was made before: to read, delete or cancel it.
package struct StoredResponseCall: Sendable {
    package enum Action: Sendable, Equatable {
        case retrieve, delete, cancel, inputItems
    }

    package var id: String
    package var action: Action
    /// As it stands after the question mark.
    package var query: String?
    package var inbound: InboundCall

    package init(_ action: Action, of id: String, query: String?, inbound: InboundCall) {
        self.id = id
        self.action = action
        self.query = query
        self.inbound = inbound
    }

    /// The same at a provider. Nil for an identifier that no provider gives.
    var resource: ResourceRequest? {
        guard id.utf8.count <= 256, id.utf8.allSatisfy(Self.isPlain) else { return nil }
        let (method, part) =
            switch action {
            case .retrieve: ("GET", "")
            case .delete: ("DELETE", "")
            case .cancel: ("POST", "/cancel")
            case .inputItems: ("GET", "/input_items")
            }
        return ResourceRequest(
            method: method, path: "/responses/\(id)\(part)" + (query.map { "?" + $0 } ?? ""),
            contentType: inbound.headers["content-type"])
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
