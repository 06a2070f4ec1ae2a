/// Sixty-four bytes looked at in one step; the answer of a test has one bit for each byte, the first byte in the lowest.
///
/// SSE2 and NEON do what stands here in a few instructions for sixteen bytes. Neither can Swift gather bits from the lanes of a
/// vector at once, so each vector leaves its mark in a bit of its own, and what comes out is turned like a matrix.
struct ByteBlock {
    static let width = 64

    private typealias Vector = SIMD16<UInt8>

    private let first, second, third, fourth: Vector

    /// - Parameter pointer: SAFETY: sixty-four bytes from here must be readable; no alignment is asked for.
    @inline(__always)
    init(loadingFrom pointer: UnsafePointer<UInt8>) {
        let raw = UnsafeRawPointer(pointer)
        first = raw.loadUnaligned(as: Vector.self)
        second = raw.loadUnaligned(fromByteOffset: 16, as: Vector.self)
        third = raw.loadUnaligned(fromByteOffset: 32, as: Vector.self)
        fourth = raw.loadUnaligned(fromByteOffset: 48, as: Vector.self)
    }

    /// Takes fewer than sixty-four bytes and fills up with spaces.
    ///
    /// - Parameter count: 0 to 63. SAFETY: that many bytes must be readable.
    @inline(never)
    init(loadingFrom pointer: UnsafePointer<UInt8>, count: Int) {
        let spaces = Vector(repeating: 0x20)
        var block = (spaces, spaces, spaces, spaces)
        withUnsafeMutableBytes(of: &block) { block in
            block.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: count))
        }
        (first, second, third, fourth) = block
    }

    /// What does not stand for itself in a JSON string: backslashes, and what else: quotes and control characters.
    @inline(__always)
    var jsonStringStops: (backslashes: UInt64, others: UInt64) {
        bits(
            where: { $0 .== Vector(repeating: UInt8(ascii: "\\")) },
            // With the low bit turned the quote is where the space was, just behind the control characters; with the high
            // one, these come first among signed numbers.
            and: {
                unsafeBitCast($0 ^ Vector(repeating: 0x82), to: SIMD16<Int8>.self)
                    .< SIMD16<Int8>(repeating: Int8(bitPattern: 0xA1))
            })
    }

    /// The answers of two tests for all bytes.
    @inline(__always)
    private func bits(
        where test: (Vector) -> SIMDMask<SIMD16<Int8>>, and other: (Vector) -> SIMDMask<SIMD16<Int8>>
    ) -> (UInt64, UInt64) {
        let one = marks(where: test)
        let two = marks(where: other)
        let low = SIMD2<UInt64>(one[0], two[0])
        let high = SIMD2<UInt64>(one[1], two[1])
        let bits = Self.transposed(low | high)
        return (bits[0], bits[1])
    }

    @inline(__always)
    private func marks(where test: (Vector) -> SIMDMask<SIMD16<Int8>>) -> SIMD2<UInt64> {
        let marks =
            Self.mark(test(first), 0) | Self.mark(test(second), 2) | Self.mark(test(third), 4)
            | Self.mark(test(fourth), 6)
        return unsafeBitCast(marks, to: SIMD2<UInt64>.self)
    }

    /// Leaves of a mask one bit in each byte: the bit that is numbered, and the next in the upper half.
    @inline(__always)
    private static func mark(_ mask: SIMDMask<SIMD16<Int8>>, _ bit: Int) -> Vector {
        let low = ByteWord.repeating(1 << UInt8(bit))
        return unsafeBitCast(mask, to: Vector.self) & unsafeBitCast(SIMD2<UInt64>(low, low << 1), to: Vector.self)
    }

    /// Eight rows of eight bits, turned: bit 1 of byte 0 for bit 0 of byte 1, and so on. Squares of one, of two and of four
    /// bits change places with each other.
    @inline(__always)
    private static func transposed(_ matrices: SIMD2<UInt64>) -> SIMD2<UInt64> {
        let pairs = swapped(matrices, 7, 0x00AA_00AA_00AA_00AA)
        let fours = swapped(pairs, 14, 0x0000_CCCC_0000_CCCC)
        return swapped(fours, 28, 0x0000_0000_F0F0_F0F0)
    }

    @inline(__always)
    private static func swapped(
        _ matrices: SIMD2<UInt64>, _ distance: UInt64, _ corners: UInt64
    ) -> SIMD2<UInt64> {
        let distance = SIMD2<UInt64>(repeating: distance)
        let moved = (matrices ^ (matrices &>> distance)) & SIMD2<UInt64>(repeating: corners)
        return matrices ^ moved ^ (moved &<< distance)
    }
}
