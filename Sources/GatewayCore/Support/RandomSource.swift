import Synchronization

/// A small generator that repeats itself for a seed: splitmix64 of Steele, Lea and Flood. For choices and jitter, never
/// for secrets.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Below `bound`, which is at least 1. The bias of the remainder is below 2^-40 for the bounds that occur here.
    package mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(max(bound, 1)))
    }

    /// From -1 to 1.
    package mutating func jitter() -> Double {
        Double(next() >> 11) / Double(1 << 52) - 1
    }
}

/// The engine's chance, shared by all threads. With a seed it repeats itself.
public final class RandomSource: Sendable {
    private let generator: Mutex<SplitMix64>

    public init(seed: UInt64) {
        generator = Mutex(SplitMix64(seed: seed))
    }

    public convenience init() {
        var system = SystemRandomNumberGenerator()
        self.init(seed: system.next())
    }

    package func with<Value: Sendable>(_ draw: (inout SplitMix64) -> Value) -> Value {
        generator.withLock { draw(&$0) }
    }

    /// From -1 to 1.
    package func jitter() -> Double { with { $0.jitter() } }
}
