/// Hashes long byte strings for tables in memory, sixteen bytes at a time: each step multiplies two words and folds the product.
///
/// The words are mixed with numbers that differ in every process, so that nobody can prepare bytes with equal hashes from outside.
/// It is no digest: who sees hashes may learn to make more of them.
enum ByteHash {
    private static let secrets: (UInt64, UInt64, UInt64) = (secret(1), secret(2), secret(3))

    /// The standard library seeds its hasher anew in every process.
    private static func secret(_ number: Int) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(number)
        return UInt64(truncatingIfNeeded: hasher.finalize())
    }

    static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            let (one, other, start) = secrets
            var hash = start
            var place = 0
            // SAFETY: sixteen bytes are left at each place; the last sixteen overlap those before them.
            while bytes.count &- place > 16 {
                hash = mixed(word(bytes, place) ^ one, word(bytes, place &+ 8) ^ other ^ hash)
                place &+= 16
            }
            if bytes.count >= 16 {
                let last = bytes.count &- 16
                hash = mixed(word(bytes, last) ^ one, word(bytes, last &+ 8) ^ other ^ hash)
            } else {
                for byte in bytes { hash = mixed(UInt64(byte) ^ one, other ^ hash) }
            }
            return mixed(hash ^ one, UInt64(bytes.count) ^ other)
        }
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    }

    @inline(__always)
    private static func mixed(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (high, low) = one.multipliedFullWidth(by: other)
        return high ^ low
    }
}
