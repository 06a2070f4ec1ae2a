import Synchronization

/// Identical requests under way: the first is sent, the others wait for its answer.
package final class AnswerFlights: Sendable {
    package enum Role {
        /// The request goes to a provider; what it brings is told by `land`.
        case leader(FlightLeader)
        case follower(Flight)
    }

    private let flights = Mutex<[CacheKey: Flight]>([:])

    package init() {}

    package func join(_ key: CacheKey) -> Role {
        flights.withLock { flights in
            if let flight = flights[key] { return .follower(flight) }
            let flight = Flight()
            flights[key] = flight
            return .leader(FlightLeader(flight, key: key, flights: self))
        }
    }

    /// How many different requests are under way.
    package var count: Int { flights.withLock { $0.count } }

    fileprivate func end(_ key: CacheKey) {
        flights.withLock { $0[key] = nil }
    }
}

/// The request of a flight that is really sent. Let go of without landing, it lands with nothing, so that nobody waits for ever.
package final class FlightLeader: Sendable {
    private let flight: Flight
    private let key: CacheKey
    private let flights: AnswerFlights

    fileprivate init(_ flight: Flight, key: CacheKey, flights: AnswerFlights) {
        self.flight = flight
        self.key = key
        self.flights = flights
    }

    deinit { land(nil) }

    /// Gives the waiting requests the answer; nil sends each of them on its own way. Only the first call counts.
    package func land(_ answer: CachedAnswer?) {
        guard flight.land(answer) else { return }
        flights.end(key)
    }
}

/// The way of one request that others wait for.
package final class Flight: Sendable {
    private enum State {
        case under(waiters: [Int: CheckedContinuation<CachedAnswer?, Never>], next: Int)
        case landed(CachedAnswer?)
    }

    private let state = Mutex(State.under(waiters: [:], next: 0))

    fileprivate init() {}

    /// The leader's answer; nil when it brought none that others may have, or when this task is cancelled.
    package func answer() async -> CachedAnswer? {
        let place = state.withLock { state -> Int? in
            guard case .under(let waiters, let next) = state else { return nil }
            state = .under(waiters: waiters, next: next + 1)
            return next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let landing = state.withLock { state -> CachedAnswer?? in
                    guard case .under(var waiters, let next) = state, let place, !Task.isCancelled else {
                        if case .landed(let answer) = state { return .some(answer) }
                        return .some(nil)
                    }
                    waiters[place] = continuation
                    state = .under(waiters: waiters, next: next)
                    return nil
                }
                if let landing { continuation.resume(returning: landing) }
            }
        } onCancel: {
            guard let place else { return }
            leave(place)
        }
    }

    /// Whether this was the first landing.
    fileprivate func land(_ answer: CachedAnswer?) -> Bool {
        let waiting = state.withLock { state -> [CheckedContinuation<CachedAnswer?, Never>]? in
            guard case .under(let waiters, _) = state else { return nil }
            state = .landed(answer)
            return Array(waiters.values)
        }
        for continuation in waiting ?? [] { continuation.resume(returning: answer) }
        return waiting != nil
    }

    private func leave(_ place: Int) {
        let continuation = state.withLock { state -> CheckedContinuation<CachedAnswer?, Never>? in
            guard case .under(var waiters, let next) = state else { return nil }
            let continuation = waiters.removeValue(forKey: place)
            state = .under(waiters: waiters, next: next)
            return continuation
        }
        continuation?.resume(returning: nil)
    }
}
