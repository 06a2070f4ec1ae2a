import CSystem
import Glibc

/// One client connection: its bytes in and out, its deadlines and its end. What is done with the bytes is in
/// `HTTPConnection+Serving.swift`.
final class HTTPConnection: ReadinessHandler, TurnEndHandler, @unchecked Sendable {
    // SAFETY: confined to the thread of `host.loop`, where its task prefers to run and whose events it gets. Request
    // bodies and response streams, which may be used elsewhere, come back to the loop before they touch it.
    //
    // Fields marked `unchecked` hold values that call nothing of the connection's while they change; looking that up each time
    // costs more than the change.

    /// Why a wait for the network ended.
    enum Wake { case ready, expired }

    /// What came of waiting for bytes.
    enum Arrival: Equatable {
        case bytes(Int)
        case end, broken, expired
    }

    let host: ServerLoop
    let loop: EventLoop
    let peer: SocketAddress
    let channel: any ConnectionChannel

    @exclusivity(unchecked) var input = InputBuffer()
    @exclusivity(unchecked) var output = OutputQueue()
    /// The task that serves the connection; cancelled when the client is gone.
    var task: Task<Void, Never>?
    /// Its place among the connections of its loop.
    var place = 0
    var isResponding = false
    /// The body of the request that is being answered; nil where it has none. Each holds the other until the request is over.
    var bodyReader: RequestBodyReader?
    @exclusivity(unchecked) var manner = ResponseManner()
    /// Whether no byte of a next request was seen yet.
    var isIdle = false
    /// Whether the client ended its side or the connection broke.
    private(set) var peerClosed = false
    /// Whether nothing more can be sent or received.
    private(set) var isBroken = false

    private var registration: Registration?
    /// The readiness that the last attempt to read or write is waiting for; empty when an attempt may be made.
    private var readBlockedOn: Interest = []
    private var writeBlockedOn: Interest = []
    private var readWaiter: UnsafeContinuation<Wake, Never>?
    private var writeWaiter: UnsafeContinuation<Wake, Never>?
    /// How little output must be left for the waiting writer to go on.
    private var writeMark = 0
    private var readDeadline = Int64.max
    private var writeDeadline = Int64.max
    @exclusivity(unchecked) private var writeBudget: ProgressBudget
    private var timer: TimerToken?
    private var timerDue = Int64.max
    private var isFlushPlanned = false
    private var stepsSinceWaiting = 0
    private static let stepsPerBreath = 32

    init(host: ServerLoop, channel: any ConnectionChannel, peer: SocketAddress) {
        self.host = host
        loop = host.loop
        self.channel = channel
        self.peer = peer
        writeBudget = host.writeBudget
    }

    /// Registers with the loop and begins to serve.
    func open() throws(SystemError) {
        registration = try loop.watch(channel.descriptor, for: [.read, .write], trigger: .edge, handler: self)
        task = Task(executorPreference: loop) { await self.serve() }
    }

    /// Releases everything. The last thing that happens to a connection.
    func tearDown() {
        isBroken = true
        if let timer { loop.cancel(timer) }
        if let registration { loop.unwatch(registration) }
        registration = nil
        close(channel.descriptor)
        output.removeAll()
        bodyReader = nil
        task = nil
        host.remove(self)
    }

    /// Ends the connection without regard to what is under way.
    func abort() {
        isBroken = true
        output.removeAll()
        task?.cancel()
        wakeReader(.ready)
        wakeWriter(.ready)
    }

    /// A wait for a next request is shorter from now on.
    func noticeDraining() {
        if isIdle { wakeReader(.expired) }
    }

    /// Makes the client see a broken connection rather than an end, for bodies that end with it.
    func resetOnClose() {
        csys_set_reset_on_close(channel.descriptor)
    }

    // MARK: Events

    func ready(_ readiness: Readiness) {
        let interest = Interest(rawValue: readiness.rawValue)
        if readiness.contains(.hangUp) { peerClosed = true }
        if !interest.isDisjoint(with: readBlockedOn) || readiness.contains(.hangUp) {
            readBlockedOn = []
            wakeReader(.ready)
        }
        if !interest.isDisjoint(with: writeBlockedOn) {
            writeBlockedOn = []
            flush()
        }
        if peerClosed, isResponding { task?.cancel() }
    }

    func turnEnded() {
        isFlushPlanned = false
        flush()
    }

    private func wakeReader(_ wake: Wake) {
        readDeadline = .max
        readWaiter.take()?.resume(returning: wake)
    }

    /// Whoever waits to read need not any longer.
    func giveUpReading() {
        wakeReader(.expired)
    }

    private func wakeWriter(_ wake: Wake) {
        writeWaiter.take()?.resume(returning: wake)
    }

    // MARK: Reading

    /// Waits until bytes are in `input`, unless some are there already.
    func fill(until deadline: Int64) async -> Arrival {
        await receive(until: deadline) { connection in
            let read = connection.channel.read(into: connection.host.scratch)
            if case .bytes(let count, _) = read {
                connection.input.append(UnsafeRawBufferPointer(rebasing: connection.host.scratch[..<count]))
            }
            return read
        }
    }

    /// Makes attempts to read until one gives something. Waiting longer than until `deadline` is `.expired`.
    func receive(until deadline: Int64, _ attempt: (HTTPConnection) -> ChannelRead) async -> Arrival {
        if needsBreath() { await Task.yield() }
        while !isBroken {
            if readBlockedOn.isEmpty {
                switch attempt(self) {
                case .bytes(let count, let isDrained):
                    // After a hang-up no further edge would come.
                    if isDrained, !peerClosed { blockReading(on: .read) }
                    return .bytes(count)
                case .wouldBlock(let interest): blockReading(on: interest)
                case .end: return .end
                case .failed: return .broken
                }
            } else if await waitToRead(until: deadline) == .expired {
                return .expired
            }
        }
        return .broken
    }

    /// Makes one attempt to read unless the one before has to wait; nil where it gave nothing. An end or a failure is met again by
    /// `receive`.
    func receiveAtOnce(_ attempt: (HTTPConnection) -> ChannelRead) -> Int? {
        guard !isBroken, readBlockedOn.isEmpty else { return nil }
        switch attempt(self) {
        case .bytes(let count, let isDrained):
            if isDrained, !peerClosed { blockReading(on: .read) }
            return count
        case .wouldBlock(let interest):
            blockReading(on: interest)
            return nil
        case .end, .failed: return nil
        }
    }

    /// Whether others should have their turn first: now and then while this client's bytes never end.
    func needsBreath() -> Bool {
        stepsSinceWaiting += 1
        guard stepsSinceWaiting >= Self.stepsPerBreath else { return false }
        stepsSinceWaiting = 0
        return true
    }

    private func blockReading(on interest: Interest) {
        readBlockedOn = interest
        if let registration { loop.rearm(registration, for: interest) }
    }

    private func waitToRead(until deadline: Int64) async -> Wake {
        precondition(readWaiter == nil, "two readers of one connection")
        stepsSinceWaiting = 0
        readDeadline = deadline
        armTimer(for: deadline)
        return await withUnsafeContinuation { readWaiter = $0 }
    }

    // MARK: Writing

    /// Sends what was written in this turn when the turn ends.
    func planFlush() {
        guard !isFlushPlanned else { return }
        isFlushPlanned = true
        loop.atTurnEnd(self)
    }

    /// Makes ready what is about to be written to: the loop's connections share the memory of what leaves at once.
    func prepareOutput() {
        output.borrow(&host.spareOutput)
    }

    /// Sends as much as the channel takes.
    func flush() {
        defer { output.giveBack(&host.spareOutput) }
        while !output.isEmpty, writeBlockedOn.isEmpty, !isBroken {
            switch channel.writeQueue(&output) {
            case .bytes(let count):
                writeBudget.moved(count, at: loop.now)
                if count == 0 { blockWriting(on: .write) }
            case .wouldBlock(let interest): blockWriting(on: interest)
            case .failed: abort()
            }
        }
        writeDeadline = output.isEmpty ? .max : writeBudget.deadline(at: loop.now)
        armTimer(for: writeDeadline)
        if output.count <= writeMark { wakeWriter(.ready) }
    }

    private func blockWriting(on interest: Interest) {
        writeBlockedOn = interest
        if let registration { loop.rearm(registration, for: interest) }
    }

    /// Flushes and waits until no more than `mark` bytes are unsent.
    @inline(never)
    func drainOutput(to mark: Int) async throws(ResponseWriteError) {
        flush()
        while output.count > mark, !isBroken {
            precondition(writeWaiter == nil, "two writers of one connection")
            writeMark = mark
            let wake = await withUnsafeContinuation { writeWaiter = $0 }
            writeMark = 0
            if wake == .expired {
                abort()
                throw .timedOut
            }
        }
        if isBroken { throw .disconnected }
    }

    // MARK: Deadlines

    /// The timer is not moved when a deadline moves away: it fires, sees that, and is set again. So a connection under
    /// load touches the loop's timers about once per timeout, not once per request.
    private func armTimer(for deadline: Int64) {
        guard deadline < timerDue else { return }
        if let timer { loop.cancel(timer) }
        timerDue = deadline
        // Held by its timer until `tearDown`: a weak reference would make every retain of the connection a slow one.
        timer = loop.schedule(at: deadline) { self.timerFired() }
    }

    private func timerFired() {
        timer = nil
        timerDue = .max
        if readDeadline <= loop.now { wakeReader(.expired) }
        if writeDeadline <= loop.now {
            writeDeadline = .max
            if writeWaiter == nil { abort() } else { wakeWriter(.expired) }
        }
        armTimer(for: min(readDeadline, writeDeadline))
    }
}

extension ConnectionChannel {
    /// Opens the existential, so that the queue's recursion is over a concrete channel.
    fileprivate func writeQueue(_ queue: inout OutputQueue) -> ChannelWrite {
        queue.write(to: self)
    }
}
