/// Sixteen bytes looked at in one step. The tests answer with the top bit, or with all bits, of each byte that passed.
typealias ByteVector = SIMD16<UInt8>

extension ByteVector {
    /// - Parameter pointer: SAFETY: sixteen bytes from here must be readable; no alignment is asked for.
    @inline(__always)
    init(loadingFrom pointer: UnsafePointer<UInt8>) {
        self = UnsafeRawPointer(pointer).loadUnaligned(as: ByteVector.self)
    }

    /// All bits of the bytes equal to that one.
    @inline(__always)
    func bytes(equalTo byte: UInt8) -> ByteVector {
        unsafeBitCast(self .== ByteVector(repeating: byte), to: ByteVector.self)
    }

    /// The top bit of the bytes from that one up; other bits are of no meaning.
    ///
    /// - Parameter least: above 0x80. The compiler knows this for the subtraction that stops at zero.
    @inline(__always)
    func topBits(from least: UInt8) -> ByteVector {
        let floor = ByteVector(repeating: least &- 0x80)
        return replacing(with: floor, where: self .< floor) &- floor
    }

    /// All bits of the bytes outside ASCII that come before that one.
    ///
    /// - Parameter end: above 0x80. As signed numbers the bytes outside ASCII come before all others.
    @inline(__always)
    func bytes(outsideASCIIBefore end: UInt8) -> ByteVector {
        let signed = unsafeBitCast(self, to: SIMD16<Int8>.self)
        return unsafeBitCast(signed .< SIMD16<Int8>(repeating: Int8(bitPattern: end)), to: ByteVector.self)
    }

    /// Some bit of the bytes before that one.
    @inline(__always)
    func someBits(before end: UInt8) -> ByteVector {
        let end = ByteVector(repeating: end)
        return end.replacing(with: self, where: end .< self) &- self
    }

    @inline(__always)
    var hasBits: Bool { unsafeBitCast(self, to: UInt128.self) != 0 }

    @inline(__always)
    var hasTopBits: Bool { unsafeBitCast(self & ByteVector(repeating: 0x80), to: UInt128.self) != 0 }
}
