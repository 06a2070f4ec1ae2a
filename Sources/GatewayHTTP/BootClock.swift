import CSystem
import GatewayCore

/// The time since the machine was started, as the kernel tells it: it goes on while the machine sleeps. The engine reads it a dozen
/// times a request, which this one makes cheaper than `SystemMonotonicClock`, whose instants must be taken apart.
public struct BootClock: MonotonicClock {
    public init() {}

    public func now() -> MonotonicInstant { MonotonicInstant(nanoseconds: csys_boot_nanoseconds()) }

    public func sleep(until instant: MonotonicInstant) async {
        // Only cancelling throws, and the caller looks for that itself.
        try? await Task.sleep(for: instant - now(), clock: .continuous)
    }
}
