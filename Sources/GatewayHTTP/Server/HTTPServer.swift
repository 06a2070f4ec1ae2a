import CSystem
import Glibc
import Synchronization

/// Why a server does not listen.
package enum ListenError: Error, Sendable, Equatable, CustomStringConvertible {
    case unresolved(host: String)
    case refused(SocketAddress, SystemError)

    package var description: String {
        switch self {
        case .unresolved(let host): "\(host) is no address to listen on, nor a name of one"
        case .refused(let address, let error) where error.code == EADDRINUSE:
            "cannot listen on \(address): another program does"
        case .refused(let address, let error): "cannot listen on \(address): \(error)"
        }
    }
}

/// An HTTP/1.1 server over all loops of a group.
package final class HTTPServer: Sendable {
    private let configuration: HTTPServerConfiguration
    private let loops: [ServerLoop]
    private let capacity: ConnectionCapacity

    /// Raises the process's limit of open files as far as it may.
    package init(configuration: HTTPServerConfiguration, group: EventLoopGroup, responder: any HTTPResponder) {
        let files = csys_raise_open_files()
        let capacity = ConnectionCapacity(
            limit: configuration.maxConnections ?? (files > 0 ? Int(clamping: files / 2) : 20_000))
        self.configuration = configuration
        self.capacity = capacity
        loops = group.loops.map { loop in
            ServerLoop(loop: loop, configuration: configuration, responder: responder, capacity: capacity)
        }
    }

    /// Open connections.
    package var connectionCount: Int { capacity.count }

    /// Starts to accept; returns the addresses with their ports. An address family that the machine does not have is left
    /// out as long as there is another one.
    package func start() async throws(ListenError) -> [SocketAddress] {
        let wanted = SocketAddress.listening(on: configuration.host, port: configuration.port)
        guard !wanted.isEmpty else { throw .unresolved(host: configuration.host) }
        var bound: [SocketAddress] = []
        var failure: ListenError?
        for var address in wanted {
            // Where the system chooses the port it is the same for all addresses.
            if address.port == 0, let first = bound.first { address.port = first.port }
            do throws(ListenError) {
                bound.append(try await listen(on: address))
            } catch {
                guard case .refused(_, let reason) = error, [EADDRNOTAVAIL, EAFNOSUPPORT].contains(reason.code) else {
                    throw error
                }
                failure = error
            }
        }
        if bound.isEmpty, let failure { throw failure }
        return bound
    }

    private func listen(on address: SocketAddress) async throws(ListenError) -> SocketAddress {
        var address = address
        do throws(SystemError) {
            if loops.count > 1, address.port != 0 {
                // Sockets that share an address would also share it with another process of this user, unnoticed.
                try ListeningSocket(address, sharing: .exclusive, backlog: 1).close()
            }
            for loop in loops {
                let socket = try ListeningSocket(
                    address, sharing: loops.count > 1 ? .perLoop : .exclusive, backlog: configuration.backlog)
                address = socket.address
                try await loop.loop.run { () async throws(SystemError) in try loop.listen(on: socket) }
            }
        } catch {
            throw .refused(address, error)
        }
        return address
    }

    /// Stops in order: no new connections, idle ones are closed after the configuration's `drainTime`, requests under way may
    /// finish within `deadline`. If some have not, `onDeadline` is called and they get `grace` more, then they are cut off.
    package func shutdown(
        deadline: Duration, grace: Duration = .seconds(2), onDeadline: @Sendable () async -> Void = {}
    ) async {
        let drainTime = min(configuration.drainTime, deadline)
        for loop in loops { await loop.loop.run { loop.drain(idleFor: drainTime) } }
        guard await !isEmpty(within: deadline) else { return }
        await onDeadline()
        guard await !isEmpty(within: grace) else { return }
        for loop in loops { await loop.loop.run { loop.abortAll() } }
        _ = await isEmpty(within: .seconds(1))
    }

    private func isEmpty(within time: Duration) async -> Bool {
        let end = ContinuousClock.now + time
        var isEmpty = true
        for loop in loops {
            let left = max(.zero, end - .now)
            let isDone = await loop.loop.run { await loop.waitUntilEmpty(left) }
            isEmpty = isEmpty && isDone
        }
        return isEmpty
    }
}
