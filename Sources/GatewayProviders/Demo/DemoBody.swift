import GatewayCore
import Synchronization

/// Pieces prepared beforehand, given out at a pace.
final class DemoBody: TransportBody {
    private let pieces: [[UInt8]]
    private let pace: Duration
    private let next = Atomic(0)
    private let isCancelled = Atomic(false)

    init(_ pieces: [[UInt8]], pace: Duration) {
        self.pieces = pieces
        self.pace = pace
    }

    func next() async throws(TransportError) -> [UInt8]? {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < pieces.count else { return nil }
        if index > 0 && pace > .zero {
            do {
                try await Task.sleep(for: pace)
            } catch {
                throw .cancelled
            }
        }
        if isCancelled.load(ordering: .relaxed) || Task.isCancelled { throw .cancelled }
        return pieces[index]
    }

    func cancel() {
        isCancelled.store(true, ordering: .relaxed)
    }
}
