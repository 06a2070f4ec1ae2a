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
        writer.begin(.sessions)
        writer.sample(.integer(shared.sessions.count))
        let instances = instanceStatuses().map { status in
            (status, LabelText(name: "provider", value: status.provider).appending("instance", status.instance))
        }
        writer.begin(.instanceHealth)
        for (status, labels) in instances { writer.sample(.integer(status.condition == .unhealthy ? 0 : 1), labels) }
        writer.begin(.instanceCircuit)
        for (status, labels) in instances {
            for circuit in InstanceStatus.Circuit.allCases {
                writer.sample(
                    .integer(status.circuit == circuit ? 1 : 0), labels.appending("state", circuit.rawValue))
            }
        }
        writer.begin(.instanceInFlight)
        for (status, labels) in instances { writer.sample(.integer(status.inFlight), labels) }
        write(sharedStandings, to: &writer)
    }

    private func write(_ standings: [SharedStanding], to writer: inout MetricsWriter) {
        guard !standings.isEmpty else { return }
        let uses = standings.map { ($0, LabelText(name: "use", value: $0.use.rawValue)) }
        writer.begin(.sharedConnected)
        for (standing, use) in uses { writer.sample(.integer(standing.condition == .connected ? 1 : 0), use) }
        writer.begin(.sharedFailures)
        for (standing, use) in uses { writer.sample(.integer(standing.failures), use) }
        writer.begin(.sharingGateways)
        writer.sample(.integer(standings.compactMap(\.gateways).first ?? 0))
    }
}
