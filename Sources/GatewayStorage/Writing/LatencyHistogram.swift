/// How often which duration was measured, in milliseconds, in buckets that are at most an eighth wider than their start.
///
/// Percentiles read from it are right within 6 %; durations under 8 ms are exact.
package struct LatencyHistogram: Sendable, Equatable {
    private var counts: [Int] = []
    package private(set) var total = 0

    package init() {}

    package mutating func add(milliseconds: Int) {
        add(1, to: Self.bucket(of: milliseconds))
    }

    package mutating func merge(_ other: LatencyHistogram) {
        for (bucket, count) in other.counts.enumerated() where count > 0 { add(count, to: bucket) }
    }

    /// - Parameter fraction: 0.5 for the median.
    /// - Returns: nil when nothing was measured.
    package func percentile(_ fraction: Double) -> Double? {
        guard total > 0 else { return nil }
        let rank = max(1, fraction * Double(total))
        var below = 0
        for (bucket, count) in counts.enumerated() where count > 0 {
            if Double(below + count) >= rank {
                let (start, width) = Self.range(of: bucket)
                guard width > 1 else { return Double(start) }
                return Double(start) + Double(width) * (rank - Double(below)) / Double(count)
            }
            below += count
        }
        return nil
    }

    private mutating func add(_ count: Int, to bucket: Int) {
        if counts.count <= bucket { counts += repeatElement(0, count: bucket + 1 - counts.count) }
        counts[bucket] &+= count
        total &+= count
    }

    /// 0...7 have a bucket each; every doubling from there has eight.
    private static func bucket(of milliseconds: Int) -> Int {
        let value = max(0, min(milliseconds, Int(Int32.max)))
        guard value >= 8 else { return value }
        let octave = Int.bitWidth - 1 - value.leadingZeroBitCount
        return (octave - 2) * 8 + (value >> (octave - 3)) - 8
    }

    private static func range(of bucket: Int) -> (start: Int, width: Int) {
        guard bucket >= 8 else { return (bucket, 1) }
        let octave = bucket / 8 + 2
        return ((8 + bucket % 8) << (octave - 3), 1 << (octave - 3))
    }
}

extension LatencyHistogram {
    /// For a column of the database: each bucket that is not empty as its number and its count in base 128.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for (bucket, count) in counts.enumerated() where count > 0 {
            bytes.append(UInt8(bucket))
            var rest = UInt(count)
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        return bytes
    }

    /// Adds what `bytes` gave; damaged bytes are left out from where they are damaged.
    package mutating func merge(encoded: UnsafeRawBufferPointer) {
        var place = 0
        while place < encoded.count {
            let bucket = Int(encoded[place])
            place += 1
            var (count, shift) = (UInt(0), UInt(0))
            var isWhole = false
            while place < encoded.count, shift < 63 {
                let byte = encoded[place]
                place += 1
                count |= UInt(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 {
                    isWhole = true
                    break
                }
            }
            guard isWhole, count < 1 << 48 else { return }
            add(Int(count), to: bucket)
        }
    }
}
