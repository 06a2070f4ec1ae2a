import GatewayCore
import Testing

@testable import GatewayStorage

@Suite struct RecordQueueTests {
    private let soon = Duration.milliseconds(20)
    private var later: ContinuousClock.Instant { ContinuousClock.now + .seconds(30) }

    private func ids(_ delivery: RecordQueue.Delivery) -> [String] {
        guard case .batch(let records) = delivery else { return [] }
        return records.map(\.record.id)
    }

    @Test func deliversAWholeBatchWithoutWaiting() {
        let queue = RecordQueue(capacity: 10, batchSize: 2, window: .seconds(30))
        queue.append(FinishedRecord(sampleRecord(1)))
        queue.append(FinishedRecord(sampleRecord(2)))
        #expect(ids(queue.next(until: later)) == ["id-1", "id-2"])
    }

    @Test func deliversWhatIsThereAfterTheWindow() {
        let queue = RecordQueue(capacity: 10, batchSize: 100, window: soon)
        queue.append(FinishedRecord(sampleRecord(1)))
        #expect(ids(queue.next(until: later)) == ["id-1"])
    }

    @Test func wakesForTheFirstRecordAfterAnIdleTime() async {
        let queue = RecordQueue(capacity: 10, batchSize: 100, window: soon)
        guard case .deadline = queue.next(until: .now + .milliseconds(60)) else {
            Issue.record("the queue was empty")
            return
        }
        queue.append(FinishedRecord(sampleRecord(1)))
        #expect(ids(queue.next(until: later)) == ["id-1"])
    }

    @Test func dropsTheNewestWhenFull() {
        let queue = RecordQueue(capacity: 3, batchSize: 100, window: soon)
        for number in 0..<5 { queue.append(FinishedRecord(sampleRecord(number))) }
        #expect(queue.counts == RecordQueue.Counts(waiting: 3, dropped: 2))
        #expect(ids(queue.next(until: later)) == ["id-0", "id-1", "id-2"])
        // What the writer holds still counts: it may have to be kept for long.
        queue.append(FinishedRecord(sampleRecord(5)))
        #expect(queue.counts == RecordQueue.Counts(waiting: 3, dropped: 3))
        queue.settle(3)
        queue.append(FinishedRecord(sampleRecord(6)))
        #expect(ids(queue.next(until: later)) == ["id-6"])
    }

    @Test func keepsTheOrderOfALongQueue() {
        let queue = RecordQueue(capacity: 10_000, batchSize: 100, window: soon)
        for number in 0..<2500 { queue.append(FinishedRecord(sampleRecord(number))) }
        var seen: [String] = []
        while seen.count < 2500 {
            let batch = ids(queue.next(until: later))
            #expect(batch.count <= 1000)
            seen += batch
            queue.settle(batch.count)
        }
        #expect(seen == (0..<2500).map { "id-\($0)" })
    }

    @Test func deliversTheRestWhenClosedAndThenNothing() {
        let queue = RecordQueue(capacity: 10, batchSize: 100, window: .seconds(30))
        queue.append(FinishedRecord(sampleRecord(1)))
        queue.close()
        queue.append(FinishedRecord(sampleRecord(2)))
        #expect(ids(queue.next(until: later)) == ["id-1"])
        queue.settle(1)
        guard case .closed = queue.next(until: later) else {
            Issue.record("the queue is closed")
            return
        }
        #expect(queue.counts.dropped == 1)
    }
}
