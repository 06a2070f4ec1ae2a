/// The events of a streamed reply, for `for await`.
///
/// Ends after `.ended` or `.failed`; a failure after the reply has begun is an event, not a throw. Breaking out of the loop
/// or cancelling the task ends the provider's answer too. One loop only.
public struct ReplyEvents: AsyncSequence, Sendable {
    public typealias Element = StreamEvent
    public typealias Failure = Never

    private let source: Source
    /// What the conversion of the request could not carry.
    public internal(set) var notes: [ConversionNote] = []

    init(stream: ReplyStream, collector: EventCollector) {
        source = Source(stream: stream, collector: collector)
    }

    public func makeAsyncIterator() -> Iterator { Iterator(source: source) }

    public struct Iterator: AsyncIteratorProtocol {
        let source: Source

        public mutating func next() async -> StreamEvent? { await source.next() }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> StreamEvent? {
            await source.next()
        }
    }

    /// Ends the provider's answer when the last holder lets go.
    final class Source: @unchecked Sendable {
        // SAFETY: only the one iterating task calls `next`; the initialiser and `deinit` happen before and after it.
        private let stream: ReplyStream
        private let collector: EventCollector

        init(stream: ReplyStream, collector: EventCollector) {
            self.stream = stream
            self.collector = collector
        }

        deinit { stream.cancel() }

        func next() async -> StreamEvent? {
            while collector.isEmpty {
                guard await stream.next() != nil else { return collector.take() }
            }
            return collector.take()
        }
    }
}

/// Stands where an encoder would, and keeps the events instead of writing them.
final class EventCollector: StreamEncoder, @unchecked Sendable {
    // SAFETY: belongs to one stream, whose single reader both fills and empties it.
    private var events: [StreamEvent] = []
    private var taken = 0

    var isEmpty: Bool { taken == events.count }

    /// A byte for each event tells the stream that there is something to take.
    func encode(_ event: StreamEvent, into output: inout [UInt8]) {
        events.append(event)
        output.append(0)
    }

    func take() -> StreamEvent? {
        guard taken < events.count else { return nil }
        defer { taken += 1 }
        if taken == events.count - 1 {
            let last = events[taken]
            events.removeAll(keepingCapacity: true)
            taken = -1
            return last
        }
        return events[taken]
    }
}
