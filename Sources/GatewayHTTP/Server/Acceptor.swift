import CSystem
import Glibc

/// Accepts the connections of one listening socket on one loop.
final class Acceptor: ReadinessHandler {
    /// Connections accepted in one turn at most, so that those already there get their turn as well.
    private static let batch = 64
    /// How long accepting rests when the process is out of descriptors or connections: retrying at once would spin.
    private static let pause = Duration.milliseconds(50)

    private unowned let host: ServerLoop
    private let socket: ListeningSocket
    private var registration: Registration?
    private var resumption: TimerToken?

    init(host: ServerLoop, socket: ListeningSocket) {
        self.host = host
        self.socket = socket
    }

    func open() throws(SystemError) {
        registration = try host.loop.watch(socket.descriptor, for: .read, handler: self)
    }

    /// Takes what already waits, as its clients believe to be connected, and stops.
    func close() {
        accept(atMost: .max)
        if let resumption { host.loop.cancel(resumption) }
        if let registration { host.loop.unwatch(registration) }
        registration = nil
        socket.close()
    }

    func ready(_ readiness: Readiness) { accept(atMost: Self.batch) }

    private func accept(atMost maximum: Int) {
        var left = maximum
        while left > 0 {
            left -= 1
            guard host.capacity.reserve() else { return rest() }
            switch socket.accept() {
            case .connection(let descriptor, let peer): host.adopt(descriptor, peer: peer)
            case .aborted: host.capacity.release()
            case .none: return host.capacity.release()
            case .exhausted:
                host.capacity.release()
                return rest()
            }
        }
    }

    private func rest() {
        guard let registration, resumption == nil else { return }
        // Without effect the next turn comes here again, which costs time but loses nothing.
        try? host.loop.update(registration, for: [])
        resumption = host.loop.schedule(after: Self.pause) { [weak self] in
            guard let self else { return }
            resumption = nil
            if let registration = self.registration {
                // A socket that cannot be watched any more is closed and has nothing to accept.
                try? host.loop.update(registration, for: .read)
            }
        }
    }
}
