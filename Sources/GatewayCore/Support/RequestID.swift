import Synchronization

/// Makes random UUIDs, version 4 of RFC 9562, without asking the kernel for each: they need to be unique, not secret.
package final class RequestIDSource: Sendable {
    private let state: Mutex<(UInt64, UInt64)>

    package init() {
        var random = SystemRandomNumberGenerator()
        state = Mutex((random.next() | 1, random.next()))
    }

    package func next() -> String {
        let (high, low) = state.withLock { state in
            (Self.step(&state), Self.step(&state))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for half in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: half >> shift)) }
        }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return String(unsafeUninitializedCapacity: 36) { text in
            var place = 0
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    text[place] = UInt8(ascii: "-")
                    place += 1
                }
                text[place] = Self.hexDigit(byte >> 4)
                text[place + 1] = Self.hexDigit(byte & 0xF)
                place += 2
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
