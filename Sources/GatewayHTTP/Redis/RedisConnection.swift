import CSystem
import GatewayCore
import Glibc

/// One connection to a server: commands leave in the order they are given, and the replies come in the same order.
///
/// On-loop only. It ends once, by `end`, which tells every command that waits; its owner makes another.
final class RedisConnection: ReadinessHandler, TurnEndHandler {
    typealias Completion = (Result<RESPValue, RedisError>) -> Void

    private struct Waiting {
        var completion: Completion
        /// In nanoseconds of the loop's clock.
        var deadline: Int64
    }

    private enum State {
        case connecting, open, ended
    }

    private let loop: EventLoop
    private let channel: any ConnectionChannel
    private var registration: Registration?
    private var state = State.connecting
    private var parser = RESPParser()
    private var output: [UInt8] = []
    private var written = 0
    /// For what the latest write, and the latest read, have to wait.
    private var writeInterest = Interest.write
    private var readInterest = Interest.read
    private var isFlushDue = false
    private var waiting: [Waiting] = []
    private var firstWaiting = 0
    private var timer: (token: TimerToken, due: Int64)?
    /// Called once, when the connection has ended.
    private let ended: (RedisError) -> Void

    /// Commands that may wait for their replies; more are refused.
    private static let maxWaiting = 20_000
    /// Bytes that may wait for the socket; more are refused.
    private static let maxOutput = 64 << 20
    private static let readSize = 64 << 10

    /// Takes over a socket whose connection has been begun and closes it at the end.
    init(loop: EventLoop, channel: any ConnectionChannel, ended: @escaping (RedisError) -> Void) {
        self.loop = loop
        self.channel = channel
        self.ended = ended
    }

    /// Begins to watch the socket. A connection that cannot be watched ends at once.
    func start() {
        do {
            registration = try loop.watch(channel.descriptor, for: .write, handler: self)
        } catch {
            end(.disconnected(error.description))
        }
    }

    /// Sends the command when the commands before it are out, together with what else is sent in this turn.
    ///
    /// - Parameters:
    ///   - deadline: of the reply, in nanoseconds of the loop's clock.
    ///   - completion: called once, on the loop.
    func send(_ command: RedisCommand, digest: String? = nil, deadline: Int64, completion: @escaping Completion) {
        guard state != .ended else { return completion(.failure(.disconnected("it has ended"))) }
        guard waiting.count - firstWaiting < Self.maxWaiting, output.count - written + command.size < Self.maxOutput
        else { return completion(.failure(.busy)) }
        command.write(digest: digest, into: &output)
        waiting.append(Waiting(completion: completion, deadline: deadline))
        setTimer()
        guard state == .open, !isFlushDue else { return }
        isFlushDue = true
        loop.atTurnEnd(self)
    }

    func turnEnded() {
        isFlushDue = false
        guard state == .open else { return }
        writeOut()
        watch()
    }

    /// Ends the connection; every command that waits is told. A second call does nothing.
    func end(_ error: RedisError) {
        guard state != .ended else { return }
        let problem = state == .open ? (channel as? TLSChannel)?.verificationProblem : nil
        state = .ended
        if let timer { loop.cancel(timer.token) }
        if let registration { loop.unwatch(registration) }
        close(channel.descriptor)
        let left = waiting[firstWaiting...]
        waiting = []
        firstWaiting = 0
        let reason = problem.map { RedisError.unreachable("its certificate is not trusted: \($0)") } ?? error
        for command in left { command.completion(.failure(reason)) }
        ended(reason)
    }

    func ready(_ readiness: Readiness) {
        guard state != .ended else { return }
        if state == .connecting {
            let code = pendingError()
            guard code == 0 else { return end(.unreachable(SystemError(call: "connect", code: code).description)) }
            guard readiness.contains(.write) else { return }
            state = .open
        }
        writeOut()
        if state != .ended { readIn() }
        watch()
    }

    // MARK: Bytes

    private func writeOut() {
        while state == .open, written < output.count {
            let result = output.withUnsafeBytes { bytes in
                // SAFETY: the vector is only read, and only during the call.
                var vector = iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress?.advanced(by: written)),
                    iov_len: bytes.count - written)
                return withUnsafePointer(to: &vector) { channel.write(UnsafeBufferPointer(start: $0, count: 1)) }
            }
            switch result {
            case .bytes(let count): written += count
            case .wouldBlock(let interest):
                writeInterest = interest
                return
            case .failed(let error): return end(.disconnected(error.description))
            }
        }
        guard written == output.count else { return }
        output.removeAll(keepingCapacity: output.capacity <= 256 << 10)
        written = 0
    }

    private func readIn() {
        readInterest = .read
        while state == .open {
            let result = withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 16) { buffer in
                let result = channel.read(into: buffer)
                if case .bytes(let count, _) = result {
                    parser.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                }
                return result
            }
            switch result {
            case .bytes(_, let isDrained):
                takeReplies()
                if isDrained { return }
            case .wouldBlock(let interest):
                readInterest = interest
                return
            case .end: return end(.disconnected("the server closed it"))
            case .failed(let error): return end(.disconnected(error.description))
            }
        }
    }

    private func takeReplies() {
        do {
            while state == .open, let reply = try parser.next() {
                guard firstWaiting < waiting.count else { return end(.disconnected("a reply came unasked")) }
                let command = waiting[firstWaiting]
                firstWaiting += 1
                if firstWaiting == waiting.count {
                    waiting.removeAll(keepingCapacity: true)
                    firstWaiting = 0
                } else if firstWaiting >= 1024 {
                    waiting.removeFirst(firstWaiting)
                    firstWaiting = 0
                }
                if case .error(let refusal) = reply {
                    command.completion(.failure(.refused(code: refusal.code)))
                } else {
                    command.completion(.success(reply))
                }
            }
        } catch {
            end(.disconnected("it sent what is no RESP"))
        }
    }

    private func watch() {
        guard state == .open, let registration else { return }
        var interest = readInterest.union(.read)
        if written < output.count { interest.formUnion(writeInterest) }
        do {
            try loop.update(registration, for: interest)
        } catch {
            end(.disconnected(error.description))
        }
    }

    private func pendingError() -> Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let result = getsockopt(channel.descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        return result == 0 ? code : errno
    }

    // MARK: Deadlines

    /// Replies come in order, so that one that does not come in time leaves those behind it without hope too: the connection
    /// ends, and another is made.
    private func setTimer() {
        guard firstWaiting < waiting.count else { return }
        let due = waiting[firstWaiting].deadline
        if let (token, isDue) = timer {
            // Signing in may take longer than what comes after it.
            guard due < isDue else { return }
            loop.cancel(token)
        }
        timer = (loop.schedule(at: due) { [weak self] in self?.checkDeadline() }, due)
    }

    private func checkDeadline() {
        timer = nil
        guard state != .ended, firstWaiting < waiting.count else { return }
        if waiting[firstWaiting].deadline <= loop.now { end(.timedOut) } else { setTimer() }
    }
}
