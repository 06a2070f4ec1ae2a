import Synchronization

/// How long models let one wait for their first token, so that a hedge is sent only when a request is slower than most.
final class FirstTokenTimes: Sendable {
    private let times = Mutex(RecencyTable<String, LatencyQuantiles>(capacity: maxModels))

    /// Names come from clients: those unused for longest are forgotten.
    private static let maxModels = 1000

    func observe(_ latency: Duration, of model: String, at now: MonotonicInstant) {
        times.withLock { times in
            var quantiles = times.use(model, at: now) ?? LatencyQuantiles()
            quantiles.observe(latency)
            times.set(model, to: quantiles, at: now)
        }
    }

    /// Nil until enough is known.
    func p95(of model: String, at now: MonotonicInstant) -> Duration? {
        times.withLock { $0.use(model, at: now)?.p95 }
    }
}

/// Counts latencies in buckets that grow by a fifth, and forgets half of them from time to time.
struct LatencyQuantiles: Sendable {
    private var buckets = [UInt16](repeating: 0, count: Self.edges.count + 1)
    private var total = 0

    /// From 10 ms to some five minutes, in seconds.
    private static let edges: [Double] = (0..<58).reduce(into: []) { edges, _ in
        edges.append((edges.last ?? 0.01 / 1.2) * 1.2)
    }
    /// Fewer are no experience.
    private static let minimum = 20
    private static let memory = 1000

    mutating func observe(_ latency: Duration) {
        let seconds = latency.inSeconds
        buckets[Self.edges.firstIndex { seconds <= $0 } ?? Self.edges.count] += 1
        total += 1
        guard total >= Self.memory else { return }
        for place in buckets.indices { buckets[place] /= 2 }
        total = buckets.reduce(0) { $0 + Int($1) }
    }

    /// The upper edge of the bucket in which the 95th of 100 lies; nil until enough is known.
    var p95: Duration? {
        guard total >= Self.minimum else { return nil }
        var left = total * 95 / 100
        for (place, count) in buckets.enumerated() {
            left -= Int(count)
            if left <= 0 { return .seconds(Self.edges[min(place, Self.edges.count - 1)]) }
        }
        return nil
    }
}
