import Synchronization

/// All metrics of a process, gathered from those who have some.
package final class MetricsPage: Sendable {
    private let sources = Mutex<[any MetricSource]>([])

    package init() {}

    /// Sources are asked in the order in which they were added.
    package func add(_ source: any MetricSource) {
        sources.withLock { $0.append(source) }
    }

    package func exposition(_ format: MetricsFormat) -> [UInt8] {
        var writer = MetricsWriter(format)
        write(to: &writer)
        return writer.finish()
    }

    func write(to writer: inout MetricsWriter) {
        for source in sources.withLock({ $0 }) { source.write(to: &writer) }
    }
}

extension Gateway: MetricSource {
    package func write(to writer: inout MetricsWriter) {
        writer.begin(.buildInfo)
        writer.sample(.integer(1), LabelText(name: "version", value: GatewayVersion.current))
        writer.begin(.openStreams)
        writer.sample(.integer(shared.streams.count))
    }
}
