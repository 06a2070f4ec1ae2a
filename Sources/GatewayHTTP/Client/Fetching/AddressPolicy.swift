/// Where a transport may connect to. Asked for each address about to be connected to, so that neither a redirect nor a
/// name that changes its address between two look-ups leads past it.
enum AddressPolicy: Sendable, Equatable {
    /// Operators choose the addresses themselves.
    case any
    /// Strangers choose them.
    case publicOnly
    /// As above with this machine's loopback added, for tests.
    case publicOrLoopback

    func allows(_ host: SocketAddress.Host) -> Bool {
        switch self {
        case .any: true
        case .publicOnly: host.scope == .global
        case .publicOrLoopback: host.scope == .global || host.scope == .loopback
        }
    }
}
