import Synchronization

/// Makes random UUIDs, version 4 of RFC 9562, without asking the kernel for each: they need to be unique, not secret.
package final class RequestIDSource: Sendable {
    private let state: Mutex<(UInt64, UInt64)>

    package init() {
        var random = SystemRandomNumberGenerator()
        state = Mutex((random.next() | 1, random.next()))
    }

    package func next() -> String {
        var (high, low) = state.withLock { state in
            (Self.step(&state), Self.step(&state))
        }
        high = high & ~0xF000 | 0x4000
        low = low & ~(0xC0 << 56) | 0x80 << 56
        return String(unsafeUninitializedCapacity: 36) { text in
            var place = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    text.initializeElement(at: place, to: UInt8(ascii: "-"))
                    place += 1
                }
                let half = digit < 16 ? high : low
                let nibble = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (digit & 15))) & 0xF
                text.initializeElement(at: place, to: Self.hexDigit(nibble))
                place += 1
            }
            return 36
        }
    }

    /// xoroshiro128++ of Blackman and Vigna.
    private static func step(_ state: inout (UInt64, UInt64)) -> UInt64 {
        let (s0, s1) = state
        let result = rotate(s0 &+ s1, 17) &+ s0
        let mixed = s1 ^ s0
        state = (rotate(s0, 49) ^ mixed ^ (mixed << 21), rotate(mixed, 28))
        return result
    }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        (value << count) | (value >> (64 - count))
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? nibble + UInt8(ascii: "0") : nibble - 10 + UInt8(ascii: "a")
    }
}
