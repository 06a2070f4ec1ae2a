/// What is counted for one combination of labels on one shard.
final class RequestSeries: Sendable {
    private let block = CounterBlock(count: Slot.count)

    /// Adds one request. The caller holds the lock of the shard.
    func add(_ record: RequestRecord) {
        let outcome = record.outcome.place
        HistogramLayout.duration.add(record.duration.wholeNanoseconds, to: block, at: Slot.duration(outcome))
        if let failure = record.failure, record.outcome != .cancelled {
            block.add(1, at: Slot.errors + failure.kind.place)
        }
        switch record.cacheState {
        case .hit: block.add(1, at: Slot.cacheHits)
        case .miss: block.add(1, at: Slot.cacheMisses)
        case .bypass, nil: break
        }
        addStreamTimes(record)
        if let usage = record.usage { add(usage) }
        if let total = record.cost?.total {
            block.add(Int(total), at: Slot.cost)
            block.add(1, at: Slot.priced)
        } else if record.usage != nil {
            block.add(1, at: Slot.unpriced)
        }
    }

    private func addStreamTimes(_ record: RequestRecord) {
        guard let first = record.timeToFirstToken, record.outcome == .success else { return }
        HistogramLayout.firstToken.add(first.wholeNanoseconds, to: block, at: Slot.firstToken)
        guard let output = record.usage?.output, output > 1 else { return }
        let rest = max(.zero, record.duration - first).wholeNanoseconds
        HistogramLayout.perToken.add(rest / (output - 1), to: block, at: Slot.perToken)
    }

    private func add(_ usage: TokenUsage) {
        HistogramLayout.tokens.add(usage.totalInput, to: block, at: Slot.input)
        if let output = usage.output { HistogramLayout.tokens.add(output, to: block, at: Slot.output) }
        if let read = usage.cacheRead, read != 0 { block.add(read, at: Slot.cacheRead) }
        if let write = usage.cacheWrite, write != 0 { block.add(write, at: Slot.cacheWrite) }
        if let reasoning = usage.reasoning, reasoning != 0 { block.add(reasoning, at: Slot.reasoning) }
    }

    /// What was counted so far. From any thread.
    func read() -> RequestSeriesReading {
        var reading = RequestSeriesReading()
        for outcome in RequestRecord.Outcome.allCases {
            reading.durations[outcome.place] = HistogramLayout.duration.read(block, at: Slot.duration(outcome.place))
        }
        reading.firstToken = HistogramLayout.firstToken.read(block, at: Slot.firstToken)
        reading.perToken = HistogramLayout.perToken.read(block, at: Slot.perToken)
        reading.input = HistogramLayout.tokens.read(block, at: Slot.input)
        reading.output = HistogramLayout.tokens.read(block, at: Slot.output)
        reading.numbers = (Slot.firstNumber..<Slot.count).map(block.value)
        return reading
    }

    /// Where the numbers stand in the block.
    fileprivate enum Slot {
        static func duration(_ outcome: Int) -> Int { outcome * HistogramLayout.duration.size }
        static let firstToken = duration(RequestRecord.Outcome.allCases.count)
        static let perToken = firstToken + HistogramLayout.firstToken.size
        static let input = perToken + HistogramLayout.perToken.size
        static let output = input + HistogramLayout.tokens.size
        static let firstNumber = output + HistogramLayout.tokens.size
        static let cacheRead = firstNumber
        static let cacheWrite = firstNumber + 1
        static let reasoning = firstNumber + 2
        static let cost = firstNumber + 3
        static let priced = firstNumber + 4
        static let unpriced = firstNumber + 5
        static let cacheHits = firstNumber + 6
        static let cacheMisses = firstNumber + 7
        static let errors = firstNumber + 8
        static let count = errors + ProviderFailure.Kind.allCases.count
    }
}

/// What a series had counted when it was read, or several of them together.
struct RequestSeriesReading {
    /// By outcome.
    fileprivate(set) var durations = RequestRecord.Outcome.allCases.map { _ in HistogramLayout.duration.empty }
    fileprivate(set) var firstToken = HistogramLayout.firstToken.empty
    fileprivate(set) var perToken = HistogramLayout.perToken.empty
    fileprivate(set) var input = HistogramLayout.tokens.empty
    fileprivate(set) var output = HistogramLayout.tokens.empty
    fileprivate var numbers = [Int](repeating: 0, count: RequestSeries.Slot.count - RequestSeries.Slot.firstNumber)

    mutating func add(_ other: RequestSeriesReading) {
        for place in durations.indices { durations[place].add(other.durations[place]) }
        firstToken.add(other.firstToken)
        perToken.add(other.perToken)
        input.add(other.input)
        output.add(other.output)
        for place in numbers.indices { numbers[place] &+= other.numbers[place] }
    }

    /// All outcomes together.
    var duration: HistogramReading {
        durations.dropFirst().reduce(into: durations[0]) { $0.add($1) }
    }

    func duration(_ outcome: RequestRecord.Outcome) -> HistogramReading { durations[outcome.place] }
    func errors(_ kind: ProviderFailure.Kind) -> Int { number(RequestSeries.Slot.errors + kind.place) }
    var cacheRead: Int { number(RequestSeries.Slot.cacheRead) }
    var cacheWrite: Int { number(RequestSeries.Slot.cacheWrite) }
    var reasoning: Int { number(RequestSeries.Slot.reasoning) }
    /// In 10^-12 USD.
    var cost: Int { number(RequestSeries.Slot.cost) }
    var priced: Int { number(RequestSeries.Slot.priced) }
    var unpriced: Int { number(RequestSeries.Slot.unpriced) }
    var cacheHits: Int { number(RequestSeries.Slot.cacheHits) }
    var cacheMisses: Int { number(RequestSeries.Slot.cacheMisses) }

    private func number(_ slot: Int) -> Int { numbers[slot - RequestSeries.Slot.firstNumber] }
}

/// How often an instance was asked, by how it ended, on one shard.
final class InstanceSeries: Sendable {
    private let block = CounterBlock(count: RequestRecord.Outcome.allCases.count)

    /// The caller holds the lock of the shard.
    func add(_ outcome: RequestRecord.Outcome) { block.add(1, at: outcome.place) }

    func count(_ outcome: RequestRecord.Outcome) -> Int { block.value(at: outcome.place) }
}

extension RequestRecord.Outcome {
    fileprivate var place: Int {
        switch self {
        case .success: 0
        case .refused: 1
        case .failure: 2
        case .timeout: 3
        case .cancelled: 4
        }
    }
}

extension ProviderFailure.Kind {
    private static let places = Dictionary(uniqueKeysWithValues: zip(allCases, allCases.indices))

    fileprivate var place: Int { Self.places[self] ?? 0 }
}

extension HistogramLayout {
    var empty: HistogramReading { HistogramReading(buckets: Array(repeating: 0, count: bounds.count + 1), sum: 0) }
}
