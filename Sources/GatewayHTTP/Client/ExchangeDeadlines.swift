import GatewayCore

/// Tells when an exchange has taken too long. Pure; instants are nanoseconds of the event loop's clock.
///
/// Bytes only move `lastActivity`: the timer that watches an exchange looks at `due` when it fires and waits on if that
/// has moved, so that a byte costs a store and no timer.
struct ExchangeDeadlines {
    private let firstByte: Int64
    private let total: Int64
    private let idle: Int64
    private var lastActivity: Int64?
    private var isHeld = false

    init(_ timeouts: TransportTimeouts, startedAt now: Int64) {
        firstByte = now + timeouts.firstByte.clampedNanoseconds
        total = timeouts.total.map { now + $0.clampedNanoseconds } ?? .max
        idle = timeouts.idle.clampedNanoseconds
    }

    /// Whether anything has arrived.
    var hasBegun: Bool { lastActivity != nil }

    /// Bytes of the head or the body arrived, or the reader asked for more after a pause.
    mutating func noteActivity(at now: Int64) {
        lastActivity = now
        isHeld = false
    }

    /// The reader does not take what is there: the silence is ours, not the server's.
    mutating func hold() {
        isHeld = true
    }

    /// The next instant at which the exchange could be too late.
    var due: Int64 { next.due }

    func expired(at now: Int64) -> TransportError.Phase? {
        let next = next
        return now >= next.due ? next.phase : nil
    }

    private var next: (due: Int64, phase: TransportError.Phase) {
        guard !isHeld else { return (total, .total) }
        let (silence, phase): (Int64, TransportError.Phase) =
            if let lastActivity { (lastActivity.addingClamped(idle), .idle) } else { (firstByte, .firstByte) }
        return silence < total ? (silence, phase) : (total, .total)
    }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
