/// Eight bytes looked at in one step, the first one in the lowest bits.
///
/// The tests below answer with the top bit of each byte that matched. A subtraction may borrow into the bytes above a
/// match, so only the first match is exact: the callers use nothing else.
struct ByteWord {
    static let width = 8

    let bits: UInt64

    /// - Parameter pointer: SAFETY: eight bytes from here must be readable; no alignment is asked for.
    @inline(__always)
    init(loadingFrom pointer: UnsafePointer<UInt8>) {
        bits = UInt64(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self))
    }

    /// Takes fewer than eight bytes and fills up with spaces, which none of the tests below marks.
    ///
    /// - Parameter count: 1 to 7. SAFETY: that many bytes must be readable.
    @inline(__always)
    init(loadingFrom pointer: UnsafePointer<UInt8>, count: Int) {
        let raw = UnsafeRawPointer(pointer)
        let text: UInt64
        if count >= 4 {
            let low = UInt32(littleEndian: raw.loadUnaligned(as: UInt32.self))
            let high = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            text = UInt64(low) | UInt64(high) &<< (8 &* (count &- 4))
        } else {
            let middle = UInt64(pointer[count &>> 1]) &<< (8 &* (count &>> 1))
            text = UInt64(pointer[0]) | middle | UInt64(pointer[count &- 1]) &<< (8 &* (count &- 1))
        }
        bits = text | ByteWord.repeating(0x20) &<< (8 &* count)
    }

    @inline(__always)
    static func repeating(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    /// Marks the bytes equal to the one that `pattern` repeats. Exact up to the first match when no byte before it is
    /// above 0x7F; bytes above it may be marked or not.
    @inline(__always)
    func looseMatches(of pattern: UInt64) -> UInt64 { (bits ^ pattern) &- ByteWord.repeating(1) }

    /// What a JSON writer must escape: a quote, a backslash or a control character.
    @inline(__always)
    var jsonEscapes: UInt64 {
        let marks =
            looseMatches(of: ByteWord.repeating(UInt8(ascii: "\"")))
            | looseMatches(of: ByteWord.repeating(UInt8(ascii: "\\")))
            | (bits &- ByteWord.repeating(0x20))
        return marks & ~bits & ByteWord.repeating(0x80)
    }

    @inline(__always)
    var backslashes: UInt64 {
        looseMatches(of: ByteWord.repeating(UInt8(ascii: "\\"))) & ~bits & ByteWord.repeating(0x80)
    }

    /// What may end a JSON string or hide its end.
    @inline(__always)
    var quotesAndBackslashes: UInt64 {
        let marks =
            looseMatches(of: ByteWord.repeating(UInt8(ascii: "\"")))
            | looseMatches(of: ByteWord.repeating(UInt8(ascii: "\\")))
        return marks & ~bits & ByteWord.repeating(0x80)
    }

    /// The ends of a line: CR or LF.
    @inline(__always)
    var lineEnds: UInt64 {
        let marks = looseMatches(of: ByteWord.repeating(0x0A)) | looseMatches(of: ByteWord.repeating(0x0D))
        return marks & ~bits & ByteWord.repeating(0x80)
    }

    /// How many bytes stand before the first mark.
    @inline(__always)
    static func firstIndex(in marks: UInt64) -> Int { marks.trailingZeroBitCount >> 3 }
}
