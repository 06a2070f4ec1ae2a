import Synchronization

/// Counts what requests did, for Prometheus.
///
/// Recording takes a fraction of a microsecond and never waits for a scrape: each event loop counts on a shard of its own,
/// in numbers that a scrape reads while they change. Labels are made once for each combination.
///
/// ```swift
/// let metrics = RequestMetrics(configuration)
/// let gateway = try Gateway(…, services: GatewayServices(log: metrics))
/// let page = metrics.exposition(.prometheus)
/// ```
public final class RequestMetrics: RequestLog {
    private let shards: [MetricsShard]
    private let registry: SeriesRegistry
    private let currentShard: @Sendable () -> Int

    /// - Parameters:
    ///   - shards: how many threads serve requests.
    ///   - currentShard: which of them asks; any number.
    public init(
        _ configuration: GatewayConfiguration, shards: Int = 1, currentShard: @escaping @Sendable () -> Int = { 0 }
    ) {
        registry = SeriesRegistry(configuration)
        let registry = registry
        self.shards = (0..<min(max(shards, 1), Self.maxShards)).map { _ in MetricsShard(registry) }
        self.currentShard = currentShard
    }

    private static let maxShards = 64

    public var wantsBeginnings: Bool { false }

    public func record(_ finished: FinishedRecord) {
        shards[Int(UInt(bitPattern: currentShard()) % UInt(shards.count))].add(finished.record)
    }

    /// Takes over the keys, providers and models of a changed configuration; what was counted stays.
    public func configure(_ configuration: GatewayConfiguration) {
        registry.configure(configuration)
        for shard in shards { shard.forget() }
    }

    /// These metrics alone, whole.
    public func exposition(_ format: MetricsFormat) -> [UInt8] {
        var writer = MetricsWriter(format)
        write(to: &writer)
        return writer.finish()
    }

    /// Everything counted so far, of all shards together.
    func read() -> RequestMetricsReading {
        var reading = registry.read()
        for shard in shards { reading.overhead.add(shard.overhead) }
        return reading
    }
}

/// The counters of one event loop, and what it knows of their labels.
final class MetricsShard: Sendable {
    /// What a record says of itself, before labels are made of it.
    private struct Names: Hashable {
        var key: String?
        var provider: String?
        var model: String?
        var endpoint: String?
    }

    private struct InstanceName: Hashable {
        var provider: String
        var instance: String
    }

    private struct State {
        /// Where the last request counted, and its last attempt: the next one mostly counts there too, and comparing names is
        /// cheaper than hashing them.
        var latest: (names: Names, series: RequestSeries)?
        var latestInstance: (name: InstanceName, series: InstanceSeries)?
        var series: [Names: RequestSeries] = [:]
        var instances: [InstanceName: InstanceSeries] = [:]
        /// The places of series of this shard in the registry, so that folded ones share one.
        var shared: [Int: RequestSeries] = [:]
    }

    private let state = Mutex(State())
    private let registry: SeriesRegistry
    private let overheadBlock = CounterBlock(count: 2 * HistogramLayout.overhead.size)

    /// Paths and names differ more than labels do; beyond so many they are looked up anew.
    private static let maxNames = 4096

    init(_ registry: SeriesRegistry) {
        self.registry = registry
    }

    func add(_ record: RequestRecord) {
        let names = Names(
            key: record.keyName, provider: record.provider, model: record.providerModel ?? record.model,
            endpoint: record.endpoint)
        state.withLock { state in
            series(record, names, &state).add(record)
            for place in record.attempts.indices { countAttempt(place, of: record, &state) }
            if let overhead = record.overhead {
                HistogramLayout.overhead.add(
                    overhead.wholeNanoseconds, to: overheadBlock,
                    at: record.isRelayed ? 0 : HistogramLayout.overhead.size)
            }
        }
    }

    private func series(_ record: RequestRecord, _ names: Names, _ state: inout State) -> RequestSeries {
        if let latest = state.latest, latest.names == names { return latest.series }
        if let known = state.series[names] {
            state.latest = (names, known)
            return known
        }
        return find(record, names, &state)
    }

    private func find(_ record: RequestRecord, _ names: Names, _ state: inout State) -> RequestSeries {
        let place = registry.place(of: record)
        let series = state.shared[place.index] ?? RequestSeries()
        if state.shared[place.index] == nil {
            state.shared[place.index] = series
            registry.add(series, at: place.index)
        }
        if place.isFinal {
            if state.series.count >= Self.maxNames { state.series.removeAll() }
            state.series[names] = series
        }
        return series
    }

    private func countAttempt(_ place: Int, of record: RequestRecord, _ state: inout State) {
        let name = InstanceName(
            provider: record.attempts[place].provider, instance: record.attempts[place].instance)
        let outcome = record.attempts[place].outcome(in: record)
        if let latest = state.latestInstance, latest.name == name { return latest.series.add(outcome) }
        if state.instances[name] == nil {
            state.instances[name] = registry.addInstance(provider: name.provider, instance: name.instance)
        }
        guard let series = state.instances[name] else { return }
        state.latestInstance = (name, series)
        series.add(outcome)
    }

    /// From now on labels are made anew.
    func forget() {
        state.withLock { state in
            state.series.removeAll()
            state.latest = nil
        }
    }

    /// Of relayed and of translated requests.
    var overhead: (relayed: HistogramReading, translated: HistogramReading) {
        (
            HistogramLayout.overhead.read(overheadBlock, at: 0),
            HistogramLayout.overhead.read(overheadBlock, at: HistogramLayout.overhead.size)
        )
    }
}

extension AttemptRecord {
    /// How the attempt ended, in the words for requests.
    fileprivate func outcome(in record: RequestRecord) -> RequestRecord.Outcome {
        if let failureKind { return failureKind.outcome }
        // Without a failure it gave the answer, or was given up: by the client, or because another was faster.
        return record.outcome == .cancelled || followUp == .hedge ? .cancelled : .success
    }
}
