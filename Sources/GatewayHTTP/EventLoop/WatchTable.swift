/// Receives what a watched descriptor is ready for, on the loop's thread.
package protocol ReadinessHandler: AnyObject {
    func ready(_ readiness: Readiness)
}

/// Names one watched descriptor of a loop.
package struct Registration: Sendable, Equatable {
    package let fd: Int32
    fileprivate let slot: UInt32
    fileprivate let generation: UInt32

    /// The form in which a poller carries it.
    var token: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

/// The handlers of a loop's descriptors. Tokens carry a generation, so that an event that was already fetched for a
/// descriptor unwatched in the same turn reaches nobody, even when its number was reused.
struct WatchTable {
    private struct Slot {
        var handler: (any ReadinessHandler)?
        var generation: UInt32
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []

    mutating func insert(_ fd: Int32, _ handler: any ReadinessHandler) -> Registration {
        if let slot = free.popLast() {
            slots[Int(slot)].handler = handler
            return Registration(fd: fd, slot: slot, generation: slots[Int(slot)].generation)
        }
        slots.append(Slot(handler: handler, generation: 0))
        return Registration(fd: fd, slot: UInt32(slots.count - 1), generation: 0)
    }

    func contains(_ registration: Registration) -> Bool {
        handler(of: registration.token) != nil
    }

    mutating func remove(_ registration: Registration) {
        slots[Int(registration.slot)].handler = nil
        slots[Int(registration.slot)].generation &+= 1
        free.append(registration.slot)
    }

    func handler(of token: UInt64) -> (any ReadinessHandler)? {
        let slot = Int(token & 0xFFFF_FFFF)
        guard slot < slots.count, slots[slot].generation == UInt32(token >> 32) else { return nil }
        return slots[slot].handler
    }
}
