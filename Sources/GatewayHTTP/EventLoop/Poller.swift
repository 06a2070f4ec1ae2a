import CSystem

/// The directions a descriptor is watched for.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let read = Interest(rawValue: UInt32(CSYS_READ))
    package static let write = Interest(rawValue: UInt32(CSYS_WRITE))
}

/// What a watched descriptor is ready for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let read = Readiness(rawValue: UInt32(CSYS_READ))
    package static let write = Readiness(rawValue: UInt32(CSYS_WRITE))
    /// The peer closed its sending side or the connection broke. `read` is always set with it.
    package static let hangUp = Readiness(rawValue: UInt32(CSYS_HANGUP))
}

/// How often readiness is told.
package enum Trigger: Sendable {
    /// Again in each turn for as long as it lasts.
    case level
    /// Once per change. The owner reads or writes until the call would block, then says so with `EventLoop.rearm`.
    case edge
}

/// One descriptor that became ready; `token` is the one it was added with.
package struct PollEvent {
    package var token: UInt64
    package var readiness: Readiness
}

/// Waits for many descriptors at once. Used by its loop's thread only.
package protocol Poller: AnyObject {
    func add(_ fd: Int32, for interest: Interest, trigger: Trigger, token: UInt64) throws(SystemError)

    /// Changes what a descriptor is watched for; no interest at all pauses it.
    func update(_ fd: Int32, for interest: Interest) throws(SystemError)

    /// Forgets a descriptor. One that is closed already is not an error.
    func remove(_ fd: Int32)

    /// Says that an edge-triggered descriptor would block in these directions, so that their next edge counts.
    func rearm(_ fd: Int32, for interest: Interest)

    /// Waits for at least one descriptor and adds the ready ones to `events`. A negative timeout waits for ever, an
    /// interruption by a signal adds nothing.
    func wait(milliseconds: Int32, into events: inout [PollEvent]) throws(SystemError)
}
