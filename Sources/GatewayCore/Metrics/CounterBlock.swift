import Synchronization

/// Numbers that one thread at a time adds to and any thread may read meanwhile, without a lock on either side.
///
/// A reader sees each number as it was at some moment, not all of them at the same one.
final class CounterBlock: @unchecked Sendable {
    // SAFETY: the storage lives as long as the block, and is atomic. Writers take turns: whoever adds holds the lock of the
    // shard that the block belongs to, so that a load and a store may stand for one addition.

    private let storage: UnsafeMutablePointer<Atomic<Int>>
    private let count: Int

    init(count: Int) {
        self.count = count
        storage = .allocate(capacity: count)
        for index in 0..<count { (storage + index).initialize(to: Atomic(0)) }
    }

    deinit {
        storage.deinitialize(count: count)
        storage.deallocate()
    }

    /// Wraps around on overflow, which scrapers take for a restart.
    func add(_ amount: Int, at index: Int) {
        precondition(index >= 0 && index < count)
        let number = storage + index
        number.pointee.store(number.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    func value(at index: Int) -> Int {
        precondition(index >= 0 && index < count)
        return (storage + index).pointee.load(ordering: .relaxed)
    }
}
