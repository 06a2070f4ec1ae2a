/// A histogram that one thread at a time counts in, and any thread may read meanwhile.
package final class HistogramCounter: Sendable {
    private let layout: HistogramLayout
    private let block: CounterBlock

    package init(_ layout: HistogramLayout) {
        self.layout = layout
        block = CounterBlock(count: layout.size)
    }

    /// In the layout's own unit.
    package func add(_ value: Int) { layout.add(value, to: block, at: 0) }

    package func read() -> HistogramReading { layout.read(block, at: 0) }
}
