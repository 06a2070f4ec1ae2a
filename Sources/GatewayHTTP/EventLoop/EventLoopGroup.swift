import CSystem
import Glibc
import Synchronization

/// The loops of a process, each on a thread of its own.
package final class EventLoopGroup: Sendable {
    package let loops: [EventLoop]
    private let threads = Mutex<[pthread_t]>([])
    private let next = Atomic(0)

    /// Makes as many loops as told, at least one; they run after `start`.
    package init(
        count: Int = availableProcessors(), poller: () throws(SystemError) -> any Poller = makeDefaultPoller
    ) throws(SystemError) {
        var loops: [EventLoop] = []
        for index in 0..<max(1, count) { loops.append(try EventLoop(index: index, poller: poller())) }
        self.loops = loops
    }

    /// Starts the threads. Call once.
    package func start() throws(SystemError) {
        for loop in loops {
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(loop)
            let code = pthread_create(&thread, nil, runLoop, argument.toOpaque())
            guard code == 0 else {
                argument.release()
                stop()
                throw SystemError(call: "pthread_create", code: code)
            }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Stops the loops and waits for their threads. Called on a loop, of this group or another, it does not
    /// wait: a loop never blocks.
    package func stop() {
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for loop in loops { loop.stop() }
        let isOnLoop = EventLoop.current != nil
        for thread in running {
            if isOnLoop { pthread_detach(thread) } else { pthread_join(thread, nil) }
        }
    }

    /// The loop for work that belongs to none: the current one inside the group, else each in turn.
    package func anyLoop() -> EventLoop {
        if let current = EventLoop.current, loops.contains(where: { $0 === current }) { return current }
        return loops[next.wrappingAdd(1, ordering: .relaxed).oldValue % loops.count]
    }
}

/// The best poller of this system.
package func makeDefaultPoller() throws(SystemError) -> any Poller {
    #if os(Linux)
        try EpollPoller()
    #else
        PollPoller()
    #endif
}

private func runLoop(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    // SAFETY: `start` passed a retained loop.
    let loop = Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue()
    csys_name_thread("loop-\(loop.index)")
    do {
        try loop.runUntilStopped()
    } catch {
        preconditionFailure("the event loop cannot poll: \(error)")
    }
    return nil
}
