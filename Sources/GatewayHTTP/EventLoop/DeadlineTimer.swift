/// A timer for deadlines that move away far more often than they pass: an earlier appointment stands, fires, and is made
/// anew by whoever sees that there is time left. So exchanges that end in time leave the loop's timers alone. On-loop only.
struct DeadlineTimer {
    private var appointment: (token: TimerToken, due: Int64)?

    /// Whether it fires by then already, so that nothing need be asked of it.
    func fires(by due: Int64) -> Bool {
        guard let appointment else { return due == .max }
        return appointment.due <= due
    }

    /// Has the body called by then, at the latest; it is to call `fired` first. `Int64.max` is no deadline.
    mutating func fire(by due: Int64, on loop: EventLoop, _ body: @escaping () -> Void) {
        if let appointment {
            guard due < appointment.due else { return }
            loop.cancel(appointment.token)
            self.appointment = nil
        }
        guard due < .max else { return }
        appointment = (loop.schedule(at: due, body), due)
    }

    mutating func fired() {
        appointment = nil
    }

    mutating func cancel(on loop: EventLoop) {
        if let appointment { loop.cancel(appointment.token) }
        appointment = nil
    }
}
