import CSystem
import Glibc

/// A TCP socket that accepts connections.
package final class ListeningSocket: Sendable {
    package enum Accepted {
        case connection(Int32, SocketAddress)
        /// The client gave up before it was accepted.
        case aborted
        /// Nobody waits.
        case none
        /// The process or the system is out of descriptors or memory.
        case exhausted
    }

    let descriptor: Int32
    /// With the port that the system chose where 0 was asked for.
    package let address: SocketAddress

    /// How several sockets may stand on one address.
    package enum Sharing: Sendable {
        case exclusive
        /// The system spreads connections over all sockets of this user on the address.
        case perLoop
    }

    package init(_ address: SocketAddress, sharing: Sharing, backlog: Int32) throws(SystemError) {
        let descriptor = csys_socket_stream(address.family)
        guard descriptor >= 0 else { throw SystemError(call: "socket") }
        do throws(SystemError) {
            try Self.configure(descriptor, address, sharing)
            guard address.withSystemAddress({ bind(descriptor, $0, $1) }) == 0 else { throw SystemError(call: "bind") }
            guard Glibc.listen(descriptor, backlog) == 0 else { throw SystemError(call: "listen") }
            var bound = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let result = withUnsafeMutableBytes(of: &bound) { bytes in
                getsockname(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
            }
            guard result == 0 else { throw SystemError(call: "getsockname") }
            self.address = SocketAddress(bound) ?? address
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    private static func configure(
        _ descriptor: Int32, _ address: SocketAddress, _ sharing: Sharing
    ) throws(SystemError) {
        // Connections inherit the last one.
        var results = [csys_set_reuse_address(descriptor), csys_set_no_delay(descriptor)]
        if address.family == AF_INET6 { results.append(csys_set_ipv6_only(descriptor)) }
        if sharing == .perLoop { results.append(csys_set_reuse_port(descriptor)) }
        guard results.allSatisfy({ $0 == 0 }) else { throw SystemError(call: "setsockopt") }
    }

    package func accept() -> Accepted {
        var peer = sockaddr_storage()
        let connection = csys_accept(descriptor, &peer)
        if connection >= 0 {
            return .connection(connection, SocketAddress(peer) ?? SocketAddress(host: .v4(0), port: 0))
        }
        switch errno {
        case EAGAIN: return .none
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
        case EBADF, EINVAL, ENOTSOCK: return .none
        // Everything else is an error of that one connection (accept(2)).
        default: return .aborted
        }
    }

    package func close() {
        Glibc.close(descriptor)
    }
}
