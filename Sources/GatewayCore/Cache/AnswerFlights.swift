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
    private struct State {
        var answer: CachedAnswer?
        /// Nil once the flight has landed.
        var waiters: [Int: CheckedContinuation<Void, Never>]? = [:]
        var nextPlace = 0
    }

    private let state = Mutex(State())
    /// Orders the answer before its readers. The waking of a task does so too, but not for the eyes of the thread sanitizer.
    private let hasLanded = Atomic(false)

    fileprivate init() {}

    /// The leader's answer; nil when it brought none that others may have, or when this task is cancelled.
    package func answer() async -> CachedAnswer? {
        await landing()
        guard hasLanded.load(ordering: .acquiring) else { return nil }
        return state.withLock { $0.answer }
    }

    /// Returns when the flight lands, or when this task is cancelled.
    private func landing() async {
        let place = state.withLock { state in
            state.nextPlace += 1
            return state.nextPlace
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    // Cancelled before, it would be told to leave before it is there.
                    guard !Task.isCancelled, state.waiters != nil else { return false }
                    state.waiters?[place] = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters?.removeValue(forKey: place) }?.resume()
        }
    }

    /// Whether this was the first landing.
    fileprivate func land(_ answer: CachedAnswer?) -> Bool {
        let waiting = state.withLock { state -> [Int: CheckedContinuation<Void, Never>]? in
            guard let waiters = state.waiters else { return nil }
            state.answer = answer
            state.waiters = nil
            hasLanded.store(true, ordering: .releasing)
            return waiters
        }
        guard let waiting else { return false }
        // In the order in which they came, which a dictionary does not keep.
        for (_, continuation) in waiting.sorted(by: { $0.key < $1.key }) { continuation.resume() }
        return true
    }
}
