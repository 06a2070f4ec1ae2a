import Synchronization

/// All combinations of labels, and the series of all shards that belong to each.
///
/// Locked when a combination is new to a shard and, for as long as it takes to copy a reference, by a scrape.
final class SeriesRegistry: Sendable {
    private struct Group {
        var key: SeriesKey
        var labels: LabelText
        var series: [RequestSeries] = []
    }

    struct InstanceKey: Hashable {
        var provider: String
        var instance: String
    }

    private struct State {
        var labels: LabelSets
        var maxSeries: Int
        var groups: [Group] = []
        var places: [SeriesKey: Int] = [:]
        var instances: [InstanceKey: [InstanceSeries]] = [:]
        var instanceOrder: [InstanceKey] = []
    }

    private let state: Mutex<State>
    private static let maxInstances = 1000

    init(_ configuration: GatewayConfiguration) {
        state = Mutex(State(labels: LabelSets(configuration), maxSeries: configuration.metrics.maxSeries))
    }

    func configure(_ configuration: GatewayConfiguration) {
        state.withLock { state in
            var labels = LabelSets(configuration)
            labels.adopt(state.labels)
            state.labels = labels
            state.maxSeries = configuration.metrics.maxSeries
        }
    }

    /// Where the record counts; `isFinal` when every record of its names will count there.
    func place(of record: RequestRecord) -> (index: Int, isFinal: Bool) {
        state.withLock { state in
            let (key, isFinal) = state.labels.key(for: record)
            if let place = state.places[key] { return (place, isFinal) }
            guard state.groups.count >= state.maxSeries else { return (Self.insert(key, &state), isFinal) }
            // Names fold in steps, so that as much as possible stays told apart: the model first, then everything.
            for coarse in [
                SeriesKey(apiKey: key.apiKey, provider: key.provider, model: LabelSets.other, endpoint: key.endpoint),
                SeriesKey(
                    apiKey: key.apiKey, provider: key.provider, model: LabelSets.other, endpoint: LabelSets.other),
            ] {
                if let place = state.places[coarse] { return (place, isFinal) }
            }
            let other = LabelSets.other
            let last = SeriesKey(apiKey: other, provider: other, model: other, endpoint: other)
            return (state.places[last] ?? Self.insert(last, &state), isFinal)
        }
    }

    private static func insert(_ key: SeriesKey, _ state: inout State) -> Int {
        state.places[key] = state.groups.count
        state.groups.append(Group(key: key, labels: key.text))
        return state.groups.count - 1
    }

    func add(_ series: RequestSeries, at index: Int) {
        state.withLock { $0.groups[index].series.append(series) }
    }

    /// Nil beyond the limit, which no configuration should come near.
    func addInstance(provider: String, instance: String) -> InstanceSeries? {
        let key = InstanceKey(provider: provider, instance: instance)
        return state.withLock { state in
            let series = InstanceSeries()
            if state.instances[key] == nil {
                guard state.instanceOrder.count < Self.maxInstances else { return nil }
                state.instanceOrder.append(key)
            }
            state.instances[key, default: []].append(series)
            return series
        }
    }

    func read() -> RequestMetricsReading {
        let (groups, instances, order) = state.withLock { ($0.groups, $0.instances, $0.instanceOrder) }
        var reading = RequestMetricsReading()
        reading.series = groups.map { group in
            var sum = RequestSeriesReading()
            for series in group.series { sum.add(series.read()) }
            return (group.key, group.labels, sum)
        }
        reading.instances = order.map { key in
            let series = instances[key] ?? []
            let counts = RequestRecord.Outcome.allCases.map { outcome in
                (outcome, series.reduce(0) { $0 &+ $1.count(outcome) })
            }
            return (key, counts)
        }
        return reading
    }
}

/// Everything that was counted, read at one time.
struct RequestMetricsReading {
    var series: [(key: SeriesKey, labels: LabelText, sum: RequestSeriesReading)] = []
    var instances: [(key: SeriesRegistry.InstanceKey, counts: [(RequestRecord.Outcome, Int)])] = []
    var overhead = OverheadReading()
}

/// Time spent in the gateway itself.
struct OverheadReading {
    var relayed = HistogramLayout.overhead.empty
    var translated = HistogramLayout.overhead.empty

    mutating func add(_ other: (relayed: HistogramReading, translated: HistogramReading)) {
        relayed.add(other.relayed)
        translated.add(other.translated)
    }
}
