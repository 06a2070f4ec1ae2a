import GatewayCore
import Synchronization

/// Records on their way to the writer: bounded, filled by any thread, emptied by one.
///
/// When it is full the newest record is dropped and counted. Whoever appends neither waits for the writer nor for a disk.
final class RecordQueue: Sendable {
    enum Delivery {
        case batch([FinishedRecord])
        /// The time asked for has come and there was nothing to write.
        case deadline
        /// Nothing more will come.
        case closed
    }

    struct Counts: Equatable {
        /// Not yet in the database, those in the writer's hands included.
        var waiting = 0
        var dropped = 0
    }

    private struct State {
        /// Chunks of `chunkSize` that filled up before the writer came for them; empty as long as it keeps up.
        var full: [[FinishedRecord]] = []
        var current: [FinishedRecord] = []
        var counts = Counts()
        /// When what waits is due even if it is no whole batch; nil while the writer sleeps until the first record.
        var windowEnd: ContinuousClock.Instant? = ContinuousClock.now
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake = WakeSignal()
    private let capacity: Int
    private let batchSize: Int
    private let window: Duration
    private let chunkSize: Int

    /// - Parameters:
    ///   - batchSize: so many records are written at once as soon as they are there,
    ///   - window: or what is there after so long.
    init(capacity: Int, batchSize: Int, window: Duration) {
        self.capacity = capacity
        self.batchSize = max(1, batchSize)
        self.window = window
        chunkSize = max(1000, batchSize)
    }

    deinit { wake.close() }

    var counts: Counts { state.withLock { $0.counts } }

    // MARK: Any thread

    func append(_ record: FinishedRecord) {
        let mustWake = state.withLock { state in
            guard state.counts.waiting < capacity, !state.isClosed else {
                state.counts.dropped += 1
                return false
            }
            state.counts.waiting += 1
            state.current.append(record)
            if state.current.count == chunkSize {
                state.full.append(state.current)
                state.current = []
            }
            return state.windowEnd == nil || state.counts.waiting == batchSize
        }
        if mustWake { wake.signal() }
    }

    /// What is queued is still delivered; what comes later is dropped.
    func close() {
        state.withLock { $0.isClosed = true }
        wake.signal()
    }

    // MARK: The writer's thread

    /// Sleeps until a batch is due, the time has come or the queue is closed.
    func next(until deadline: ContinuousClock.Instant) -> Delivery {
        while true {
            let now = ContinuousClock.now
            let (delivery, windowEnd) = state.withLock { (look(&$0, now, deadline), $0.windowEnd) }
            if let delivery { return delivery }
            wake.wait(until: min(windowEnd ?? deadline, deadline))
        }
    }

    private func look(
        _ state: inout State, _ now: ContinuousClock.Instant, _ deadline: ContinuousClock.Instant
    ) -> Delivery? {
        let count = state.counts.waiting
        if count > 0 {
            // The first record after an idle time opens the window; otherwise the batch before has opened it.
            let windowEnd = state.windowEnd ?? now + window
            state.windowEnd = windowEnd
            if count >= batchSize || state.isClosed || now >= windowEnd {
                state.windowEnd = now + window
                return .batch(takeChunk(&state))
            }
        } else if state.isClosed {
            return .closed
        } else if let windowEnd = state.windowEnd, now >= windowEnd {
            state.windowEnd = nil
        }
        return now >= deadline ? .deadline : nil
    }

    /// The batch is in the database, or given up.
    func settle(_ count: Int) {
        state.withLock { $0.counts.waiting -= count }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Sleeps unless the queue is or gets closed.
    func pause(until deadline: ContinuousClock.Instant) {
        while ContinuousClock.now < deadline, !isClosed {
            wake.wait(until: deadline)
        }
    }

    private func takeChunk(_ state: inout State) -> [FinishedRecord] {
        if !state.full.isEmpty { return state.full.removeFirst() }
        var chunk: [FinishedRecord] = []
        chunk.reserveCapacity(batchSize)
        swap(&chunk, &state.current)
        return chunk
    }
}
