import CSystem
import Glibc

/// One connection to a server: commands leave in the order they are given, and the replies come in the same order.
///
/// On-loop only. It ends once, by `end`, which tells every command that waits; the owner makes another.
final class RedisConnection: ReadinessHandler {
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
    private var waiting: [Waiting] = []
    private var firstWaiting = 0
    private var timer: TimerToken?
    private var readBuffer = [UInt8](repeating: 0, count: 16 << 10)
    /// Called once, when the connection has ended.
    private let ended: (RedisError) -> Void

    /// Commands that may wait for their replies; more are refused.
    private static let maxWaiting = 10_000
    /// Bytes that may wait for the socket; more are refused.
    private static let maxOutput = 64 << 20

    /// Takes over a socket whose connection has been begun and closes it at the end.
    init(loop: EventLoop, channel: any ConnectionChannel, ended: @escaping (RedisError) -> Void) {
        self.loop = loop
        self.channel = channel
        self.ended = ended
    }

    /// Begins to watch the socket. A connection that cannot be watched ends at once.
    func start() {
        do {
            registration = try loop.watch(channel.descriptor, for: [.read, .write], handler: self)
        } catch {
            end(.unreachable(error.description))
        }
    }

    /// Sends the command when the commands before it are out.
    ///
    /// - Parameter completion: called once, on the loop, never before this returns.
    func send(_ command: RESPCommand, within time: Duration, completion: @escaping Completion) {
        guard state != .ended else {
            loop.schedule(after: .zero) { completion(.failure(.disconnected("it has ended"))) }
            return
        }
        guard waiting.count - firstWaiting < Self.maxWaiting, output.count - written < Self.maxOutput else {
            loop.schedule(after: .zero) { completion(.failure(.busy)) }
            return
        }
        command.write(into: &output)
        waiting.append(Waiting(completion: completion, deadline: loop.now + time.clampedNanoseconds))
        setTimer()
        // What other jobs of this turn send leaves together with it.
        if state == .open { watch() }
    }

    /// Ends the connection; every command that waits is told. A second call does nothing.
    func end(_ error: RedisError) {
        guard state != .ended else { return }
        state = .ended
        if let timer { loop.cancel(timer) }
        if let registration { loop.unwatch(registration) }
        close(channel.descriptor)
        let left = waiting[firstWaiting...]
        waiting = []
        firstWaiting = 0
        for command in left { command.completion(.failure(error)) }
        ended(error)
    }

    func ready(_ readiness: Readiness) {
        guard state != .ended else { return }
        if state == .connecting {
            guard readiness.contains(.write) || readiness.contains(.hangUp) else { return }
            let code = pendingError()
            guard code == 0 else { return end(.unreachable(SystemError(call: "connect", code: code).description)) }
            state = .open
        }
        if readiness.contains(.write) { writeOut() }
        if readiness.contains(.read), state != .ended { readIn() }
        if state != .ended { watch() }
    }

    // MARK: Bytes

    private func writeOut() {
        while written < output.count {
            let result = output.withUnsafeBytes { bytes in
                // SAFETY: the vector is only read, and only during the call.
                var vector = iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress?.advanced(by: written)),
                    iov_len: bytes.count - written)
                return withUnsafePointer(to: &vector) { channel.write(UnsafeBufferPointer(start: $0, count: 1)) }
            }
            switch result {
            case .bytes(let count): written += count
            case .wouldBlock: return
            case .failed(let error): return end(.disconnected(error.description))
            }
        }
        output.removeAll(keepingCapacity: output.capacity <= 64 << 10)
        written = 0
    }

    private func readIn() {
        while state != .ended {
            switch readBuffer.withUnsafeMutableBytes({ channel.read(into: $0) }) {
            case .bytes(let count, let isDrained):
                parser.append(readBuffer[..<count])
                takeReplies()
                if isDrained { return }
            case .wouldBlock: return
            case .end: return end(.disconnected("the server closed it"))
            case .failed(let error): return end(.disconnected(error.description))
            }
        }
    }

    private func takeReplies() {
        do {
            while state != .ended, let reply = try parser.next() {
                guard firstWaiting < waiting.count else { return end(.disconnected("a reply came unasked")) }
                let command = waiting[firstWaiting]
                firstWaiting += 1
                if firstWaiting == waiting.count {
                    waiting.removeAll(keepingCapacity: true)
                    firstWaiting = 0
                }
                if case .error(let message) = reply {
                    command.completion(.failure(.refused(message)))
                } else {
                    command.completion(.success(reply))
                }
            }
        } catch {
            end(.disconnected(error.message))
        }
    }

    private func watch() {
        guard let registration else { return }
        do {
            try loop.update(registration, for: written < output.count ? [.read, .write] : .read)
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
        guard timer == nil, firstWaiting < waiting.count else { return }
        timer = loop.schedule(at: waiting[firstWaiting].deadline) { [weak self] in self?.checkDeadline() }
    }

    private func checkDeadline() {
        timer = nil
        guard state != .ended, firstWaiting < waiting.count else { return }
        if waiting[firstWaiting].deadline <= loop.now {
            end(state == .connecting ? .unreachable("it does not answer") : .timedOut)
        } else {
            setTimer()
        }
    }
}
