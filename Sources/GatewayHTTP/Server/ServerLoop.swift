import CSystem
import Glibc
import Synchronization

/// The part of a server that lives on one loop: its connections, and what they share.
final class ServerLoop: @unchecked Sendable {
    // SAFETY: everything but `loop`, which synchronises itself, is touched on the loop only.

    let loop: EventLoop
    let configuration: HTTPServerConfiguration
    let responder: any HTTPResponder
    let capacity: ConnectionCapacity
    /// Where connections read to, one at a time, before they keep what they got.
    let scratch: UnsafeMutableRawBufferPointer
    /// An empty buffer for the next connection that writes; without memory while one has it.
    @exclusivity(unchecked) var spareOutput: [UInt8] = []
    let headNanoseconds: Int64
    /// How long a connection may wait for its next request; shorter once the loop drains.
    private(set) var keepAliveNanoseconds: Int64
    /// Those that each response, and each request's body, begins with.
    let writeBudget: ProgressBudget
    let bodyBudget: ProgressBudget
    let maxBodyBytes: Int

    private(set) var isDraining = false
    /// When connections close that wait for a request since before the loop began to drain.
    private(set) var idleEnd = Int64.max
    private(set) var connections: [HTTPConnection] = []
    private var acceptors: [Acceptor] = []
    private var emptyWaiters: [UnsafeContinuation<Void, Never>] = []
    private var dateBytes: [UInt8] = []
    private var dateExpires = Int64.min

    init(
        loop: EventLoop, configuration: HTTPServerConfiguration, responder: any HTTPResponder,
        capacity: ConnectionCapacity
    ) {
        self.loop = loop
        self.configuration = configuration
        self.responder = responder
        self.capacity = capacity
        scratch = .allocate(byteCount: 64 * 1024, alignment: 16)
        headNanoseconds = configuration.headTimeout.clampedNanoseconds
        keepAliveNanoseconds = configuration.keepAliveTimeout.clampedNanoseconds
        writeBudget = ProgressBudget(time: configuration.writeTimeout, bytesPerSecond: configuration.minimumRate)
        bodyBudget = ProgressBudget(time: configuration.bodyTimeout, bytesPerSecond: configuration.minimumRate)
        maxBodyBytes = configuration.maxBodyBytes
    }

    deinit { scratch.deallocate() }

    /// The Date field's value, formatted once a second at most.
    var date: [UInt8] {
        if loop.now >= dateExpires {
            dateBytes = HTTPDate.bytes(secondsSince1970: csys_wall_seconds())
            dateExpires = loop.now + 500_000_000
        }
        return dateBytes
    }

    /// Accepts connections on a listening socket, which the loop owns from now on.
    func listen(on socket: ListeningSocket) throws(SystemError) {
        let acceptor = Acceptor(host: self, socket: socket)
        try acceptor.open()
        acceptors.append(acceptor)
    }

    /// Takes over an accepted connection, whose place in `capacity` was reserved.
    func adopt(_ descriptor: Int32, peer: SocketAddress) {
        let connection = HTTPConnection(host: self, channel: configuration.makeChannel(descriptor), peer: peer)
        connection.place = connections.count
        connections.append(connection)
        do {
            try connection.open()
        } catch {
            connection.tearDown()
        }
    }

    func remove(_ connection: HTTPConnection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.place] = last
            last.place = connection.place
        }
        capacity.release()
        if connections.isEmpty { wakeEmptyWaiters() }
    }

    // MARK: The end

    /// Stops accepting. Connections close with their next response; those that wait for a request, when the time is over.
    func drain(idleFor time: Duration) {
        for acceptor in acceptors { acceptor.close() }
        acceptors = []
        isDraining = true
        keepAliveNanoseconds = min(keepAliveNanoseconds, time.clampedNanoseconds)
        idleEnd = loop.now + keepAliveNanoseconds
        for connection in connections { connection.noticeDraining() }
    }

    /// Whether all connections ended within that time.
    func waitUntilEmpty(_ time: Duration) async -> Bool {
        guard !connections.isEmpty else { return true }
        let timer = loop.schedule(after: time) { self.wakeEmptyWaiters() }
        defer { loop.cancel(timer) }
        await withUnsafeContinuation { emptyWaiters.append($0) }
        return connections.isEmpty
    }

    private func wakeEmptyWaiters() {
        let waiters = emptyWaiters
        emptyWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    func abortAll() {
        for connection in connections { connection.abort() }
    }
}

/// Counts the connections of all loops against their limit.
final class ConnectionCapacity: Sendable {
    private let limit: Int
    private let used = Atomic(0)

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    var count: Int { used.load(ordering: .relaxed) }

    func reserve() -> Bool {
        if used.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
        release()
        return false
    }

    func release() { used.wrappingSubtract(1, ordering: .relaxed) }
}
