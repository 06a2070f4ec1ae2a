import GatewayCore

/// Measures how late event loops are: whatever keeps a loop busy keeps everything else on it waiting for as long.
///
/// A timer ten times a second stands for what may come at any moment, so the histogram shows what clients meet. Waking is
/// by whole milliseconds: up to one of them is no sign of load.
package final class LoopLagProbe: MetricSource {
    private let loops: [(loop: EventLoop, lag: HistogramCounter)]
    private static let interval: Int64 = 100_000_000

    package init(_ group: EventLoopGroup) {
        loops = group.loops.map { ($0, HistogramCounter(.lag)) }
    }

    /// Begins to measure, once the loops run.
    package func start() {
        for (loop, lag) in loops {
            loop.submit { [weak self] in self?.schedule(on: loop, lag) }
        }
    }

    private func schedule(on loop: EventLoop, _ lag: HistogramCounter) {
        let due = loop.now + Self.interval
        loop.schedule(at: due) { [weak self] in
            lag.add(Int(max(0, loop.now - due)))
            self?.schedule(on: loop, lag)
        }
    }

    package func write(to writer: inout MetricsWriter) {
        writer.begin(.eventLoops)
        writer.sample(.integer(loops.count))
        writer.begin(.eventLoopLag)
        var sum = HistogramCounter(.lag).read()
        for (_, lag) in loops { sum.add(lag.read()) }
        writer.histogram(sum, .lag)
    }
}
