import CSystem
import Glibc

/// A poller over poll(2), for Unixes without epoll. Its cost per turn grows with the number of watched descriptors.
///
/// poll(2) only knows levels: edges are made by not asking again for a direction that was told, until `rearm`.
package final class PollPoller: Poller {
    private var position: [Int32: Int] = [:]
    private var descriptors: [Int32] = []
    /// What is asked of poll(2) for each descriptor; for edges, without what was told already.
    private var asked: [UInt32] = []
    private var triggers: [Trigger] = []
    private var tokens: [UInt64] = []
    private var ready: [UInt32] = []

    package init() {}

    package func add(_ fd: Int32, for interest: Interest, trigger: Trigger, token: UInt64) throws(SystemError) {
        guard position[fd] == nil else { throw SystemError(call: "poll", code: EEXIST) }
        position[fd] = descriptors.count
        descriptors.append(fd)
        asked.append(interest.rawValue | (trigger == .edge ? Readiness.hangUp.rawValue : 0))
        triggers.append(trigger)
        tokens.append(token)
        ready.append(0)
    }

    package func update(_ fd: Int32, for interest: Interest) throws(SystemError) {
        guard let index = position[fd] else { throw SystemError(call: "poll", code: ENOENT) }
        asked[index] = interest.rawValue
    }

    package func remove(_ fd: Int32) {
        guard let index = position.removeValue(forKey: fd) else { return }
        let last = descriptors.count - 1
        if index != last {
            position[descriptors[last]] = index
            descriptors.swapAt(index, last)
            asked.swapAt(index, last)
            triggers.swapAt(index, last)
            tokens.swapAt(index, last)
        }
        descriptors.removeLast()
        asked.removeLast()
        triggers.removeLast()
        tokens.removeLast()
        ready.removeLast()
    }

    package func rearm(_ fd: Int32, for interest: Interest) {
        guard let index = position[fd], triggers[index] == .edge else { return }
        asked[index] |= interest.rawValue
    }

    package func wait(milliseconds: Int32, into events: inout [PollEvent]) throws(SystemError) {
        let count = csys_poll(descriptors, asked, &ready, descriptors.count, milliseconds)
        guard count >= 0 else {
            if errno == EINTR { return }
            throw SystemError(call: "poll")
        }
        guard count > 0 else { return }
        for index in descriptors.indices where ready[index] != 0 {
            events.append(PollEvent(token: tokens[index], readiness: Readiness(rawValue: ready[index])))
            if triggers[index] == .edge { asked[index] &= ~ready[index] }
        }
    }
}
