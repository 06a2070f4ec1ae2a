import CSystem
import Glibc

/// A poller over Linux' epoll: its cost per turn depends on how many descriptors are ready, not on how many are watched.
package final class EpollPoller: Poller {
    private static let batch = 256

    private let descriptor: Int32
    /// The tokens of level-triggered descriptors, the only ones whose interest changes.
    private var tokens: [Int32: UInt64] = [:]
    private let ready: UnsafeMutablePointer<csys_event>

    package init() throws(SystemError) {
        descriptor = csys_epoll_create()
        guard descriptor >= 0 else { throw SystemError(call: "epoll_create1") }
        ready = .allocate(capacity: Self.batch)
    }

    deinit {
        close(descriptor)
        ready.deallocate()
    }

    package func add(_ fd: Int32, for interest: Interest, trigger: Trigger, token: UInt64) throws(SystemError) {
        guard csys_epoll_add(descriptor, fd, interest.rawValue, trigger == .edge, token) == 0 else {
            throw SystemError(call: "epoll_ctl")
        }
        if trigger == .level { tokens[fd] = token }
    }

    package func update(_ fd: Int32, for interest: Interest) throws(SystemError) {
        guard let token = tokens[fd] else { throw SystemError(call: "epoll_ctl", code: ENOENT) }
        guard csys_epoll_update(descriptor, fd, interest.rawValue, false, token) == 0 else {
            throw SystemError(call: "epoll_ctl")
        }
    }

    package func remove(_ fd: Int32) {
        tokens[fd] = nil
        _ = csys_epoll_remove(descriptor, fd)
    }

    /// The kernel rearms by itself.
    package func rearm(_ fd: Int32, for interest: Interest) {}

    package func wait(milliseconds: Int32, into events: inout [PollEvent]) throws(SystemError) {
        let count = csys_epoll_wait(descriptor, ready, Int32(Self.batch), milliseconds)
        guard count >= 0 else {
            if errno == EINTR { return }
            throw SystemError(call: "epoll_wait")
        }
        for index in 0..<Int(count) {
            events.append(
                PollEvent(token: ready[index].token, readiness: Readiness(rawValue: ready[index].readiness)))
        }
    }
}
