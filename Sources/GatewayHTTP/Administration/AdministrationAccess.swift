import GatewayCore

/// Who may do what below `/api/v1`: the one place that decides it.
///
/// A key with `admin = true` may do everything. The others may ask about their own requests and about what a request of theirs
/// would do. A gateway without keys serves its own machine alone, which may do everything.
enum AdministrationAccess {
    /// Nil when the client may.
    static func refusal(of action: Endpoint.Administration, to client: ClientIdentity) -> ProviderFailure? {
        guard action.isForAdmins, !client.isAdmin else { return nil }
        return denied("This is for keys with admin = true.")
    }

    /// Whose records the client may read; nil is everybody's.
    static func scope(of client: ClientIdentity) -> String? { client.isAdmin ? nil : client.keyName ?? "" }

    static func denied(_ message: String) -> ProviderFailure {
        ProviderFailure(kind: .permission, status: 403, message: message)
    }
}
