@testable import GatewayCore

/// What the events say of the circuits of instances and of their keys: an open one is asked by nobody, a half-open one by one
/// probe at a time.
struct CircuitWatch {
    private enum Standing {
        case open
        /// Since that sending; what was sent before says nothing about it.
        case halfOpen(since: Int)
    }

    /// By instance, and by instance and key for what concerns a key alone.
    private var standings: [String: Standing] = [:]

    mutating func note(_ event: FailoverEvent, sendings: Int) {
        let name = Self.name(event)
        switch event.kind {
        case .failure, .recovery: break
        case .circuitOpen: standings[name] = .open
        case .circuitHalfOpen: standings[name] = .halfOpen(since: sendings)
        case .circuitClosed: standings[name] = nil
        }
    }

    /// What is wrong with the latest sending; nil when nothing is.
    func violation(in sendings: [SimulatedTransport.Sending]) -> String? {
        guard let latest = sendings.last else { return nil }
        for name in [latest.instance, latest.instance + " " + latest.key] {
            switch standings[name] {
            case nil: break
            case .open: return "\(latest.request) asked \(name), whose circuit is open"
            case .halfOpen(let since):
                let others = sendings[since...].dropLast().filter {
                    (name == $0.instance || name == $0.instance + " " + $0.key) && $0.settledAt == nil
                }
                if !others.isEmpty { return "\(latest.request) asked \(name), which has its probe already" }
            }
        }
        return nil
    }

    /// Events of a key say `key 2` first; keys count from 1 there and from 0 here.
    private static func name(_ event: FailoverEvent) -> String {
        let words = (event.message ?? "").split(separator: ":")[...].first?.split(separator: " ") ?? []
        guard words.count == 2, words[0] == "key", let number = Int(words[1]) else { return event.instance }
        return "\(event.instance) k\(number - 1)"
    }
}
