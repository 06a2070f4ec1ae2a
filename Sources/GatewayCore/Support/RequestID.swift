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
        let (first, second, third, fourth) = (
            Self.digits(UInt32(truncatingIfNeeded: high >> 32)), Self.digits(UInt32(truncatingIfNeeded: high)),
            Self.digits(UInt32(truncatingIfNeeded: low >> 32)), Self.digits(UInt32(truncatingIfNeeded: low))
        )
        return String(unsafeUninitializedCapacity: 36) { text in
            // SAFETY: every place is below 36, and all 36 bytes are written.
            let text = UnsafeMutableRawBufferPointer(text)
            text.storeBytes(of: first, toByteOffset: 0, as: UInt64.self)
            text.storeBytes(of: UInt32(truncatingIfNeeded: second), toByteOffset: 9, as: UInt32.self)
            text.storeBytes(of: UInt32(truncatingIfNeeded: second >> 32), toByteOffset: 14, as: UInt32.self)
            text.storeBytes(of: UInt32(truncatingIfNeeded: third), toByteOffset: 19, as: UInt32.self)
            text.storeBytes(of: UInt32(truncatingIfNeeded: third >> 32), toByteOffset: 24, as: UInt32.self)
            text.storeBytes(of: fourth, toByteOffset: 28, as: UInt64.self)
            for dash in [8, 13, 18, 23] { text[dash] = UInt8(ascii: "-") }
            return 36
        }
    }

    /// The eight hexadecimal digits of a number as text, in the order in which they lie in memory.
    private static func digits(_ number: UInt32) -> UInt64 {
        // Each half byte moves into a byte of its own, all eight at once.
        var halves = UInt64(number)
        halves = (halves | halves << 16) & 0x0000_FFFF_0000_FFFF
        halves = (halves | halves << 8) & 0x00FF_00FF_00FF_00FF
        halves = (halves | halves << 4) & 0x0F0F_0F0F_0F0F_0F0F
        let letters = (halves &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (halves &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).bigEndian
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
}
