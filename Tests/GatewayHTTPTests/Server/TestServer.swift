import GatewayCore
import Glibc
import Synchronization

@testable import GatewayHTTP

struct ClosureResponder: HTTPResponder {
    let body: @Sendable (ServerRequest) async -> ServerResponse

    func respond(to request: ServerRequest) async -> ServerResponse { await body(request) }
}

extension ServerResponse {
    static func text(_ text: String, status: Int = 200) -> ServerResponse {
        ServerResponse(status: status, body: .bytes([UInt8](text.utf8)))
    }

    static func stream(
        _ write: @escaping @Sendable (ResponseWriter) async throws(ResponseWriteError) -> Void
    ) -> ServerResponse {
        ServerResponse(status: 200, body: .stream(write))
    }
}

/// A server on a free port of this machine, for as long as a test's body runs.
struct TestServer {
    var loops = 1
    var poller: () throws(SystemError) -> any Poller = makeDefaultPoller
    var configure: (inout HTTPServerConfiguration) -> Void = { _ in }
    var responder: @Sendable (ServerRequest) async -> ServerResponse = { _ in .text("hello") }

    func run<T: Sendable>(_ body: @concurrent @Sendable (SocketAddress, HTTPServer) async throws -> T) async throws -> T
    {
        let group = try EventLoopGroup(count: loops, poller: poller)
        try group.start()
        defer { group.stop() }
        var configuration = HTTPServerConfiguration()
        configure(&configuration)
        let server = HTTPServer(
            configuration: configuration, group: group, responder: ClosureResponder(body: responder))
        let addresses = try await server.start()
        let result = try await withTaskExecutorPreference(ThreadPerJob.shared) { @concurrent in
            try await body(addresses[0], server)
        }
        await server.shutdown(deadline: .zero, grace: .zero)
        return result
    }
}

/// Runs each job on a thread of its own, so that clients which block in system calls do not keep Swift's few threads from
/// everybody else.
final class ThreadPerJob: TaskExecutor {
    static let shared = ThreadPerJob()

    func enqueue(_ job: consuming ExecutorJob) {
        let box = Unmanaged.passRetained(Box(job: UnownedJob(job), executor: asUnownedTaskExecutor()))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                box.job.runSynchronously(on: box.executor)
                return nil
            }, box.toOpaque())
        precondition(code == 0)
        pthread_detach(thread)
    }

    private final class Box: Sendable {
        let job: UnownedJob
        let executor: UnownedTaskExecutor

        init(job: UnownedJob, executor: UnownedTaskExecutor) {
            self.job = job
            self.executor = executor
        }
    }
}

/// Something that happens once, to wait for.
final class Event: Sendable {
    private struct State {
        var isSet = false
        var waiters: [UnsafeContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var isSet: Bool { state.withLock { $0.isSet } }

    func set() {
        let waiters = state.withLock { state in
            state.isSet = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withUnsafeContinuation { (waiter: UnsafeContinuation<Void, Never>) in
            let isSet = state.withLock { state in
                if !state.isSet { state.waiters.append(waiter) }
                return state.isSet
            }
            if isSet { waiter.resume() }
        }
    }
}

/// Waits until the task is cancelled.
func untilCancelled() async {
    let event = Event()
    await withTaskCancellationHandler {
        await event.wait()
    } onCancel: {
        event.set()
    }
}
