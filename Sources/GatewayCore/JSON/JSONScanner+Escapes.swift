extension JSONScanner {
    /// Passes what of a string comes from its first backslash on.
    ///
    /// The blocks at both ends and those with unusual escapes are looked at bit by bit; of those between it is only asked
    /// whether they are such.
    ///
    /// - Parameters:
    ///   - first: the place of that backslash, in the block that `stops` is of.
    ///   - hasLongEscapes: set when one of them is spelled longer than it must be, or may be.
    /// - Returns: the index of the first byte that is neither text nor escaped, or `count`.
    @inline(__always)
    mutating func skipEscapedText(from first: Int, hasLongEscapes: inout Bool) throws(JSONError) -> Int {
        var index = first
        // The byte that is escaped by what comes before the block.
        var carry: UInt64 = 0
        while index < count {
            if !stops.reach(index) { stops = loadStops(at: index) }
            let distance = UInt64(truncatingIfNeeded: index &- stops.start)
            let ahead = ~0 &<< distance
            carry &<<= distance
            let backslashes = stops.backslashes & ahead & ~carry
            var escaped = Self.escapedBytes(backslashes) | carry
            let others = stops.others & ahead & ~escaped
            // What comes behind the first of those is not in this string.
            if others != 0 { escaped &= others ^ (others &- 1) }
            let isUsual = try checkEscapes(escaped)
            if !isUsual { hasLongEscapes = true }
            if others != 0 { return stops.start &+ others.trailingZeroBitCount }
            index = stops.start &+ ByteBlock.width
            carry = backslashes & ~escaped >= 1 << 63 ? 1 : 0
            // A text with unusual escapes is likely to go on so.
            if isUsual {
                let next = skipUsualBlocks(from: index)
                if next > index { carry = isEscaped(next) ? 1 : 0 }
                index = next
            }
        }
        return count
    }

    /// Passes blocks inside a string in which nothing is unusual.
    @inline(__always)
    private func skipUsualBlocks(from start: Int) -> Int {
        var index = start
        while count &- index >= ByteBlock.width {
            let block = base + index
            var least = ByteVector(repeating: 0xFF)
            let unusual =
                unusualBytes(block, &least) | unusualBytes(block + 16, &least) | unusualBytes(block + 32, &least)
                | unusualBytes(block + 48, &least)
            if (unusual | least.someBits(before: 0x20)).hasBits { break }
            index &+= ByteBlock.width
        }
        return index
    }

    /// Quotes that end a string, or may, and what stands behind a backslash but is not escaped by it as text mostly is.
    ///
    /// Behind two backslashes it is not known here whether the second one is itself escaped. What would be right in both
    /// cases is not unusual.
    ///
    /// SAFETY: sixteen bytes from here must be inside the text, and the two before.
    ///
    /// - Parameter least: becomes the least byte at each place, for whoever looks for control characters.
    @inline(__always)
    private func unusualBytes(_ window: UnsafePointer<UInt8>, _ least: inout ByteVector) -> ByteVector {
        let bytes = ByteVector(loadingFrom: window)
        let isQuote = bytes.bytes(equalTo: UInt8(ascii: "\""))
        let isBehindBackslash = ByteVector(loadingFrom: window - 1).bytes(equalTo: UInt8(ascii: "\\"))
        let isSecondBehindBackslash = ByteVector(loadingFrom: window - 2).bytes(equalTo: UInt8(ascii: "\\"))
        let isUsualLetter =
            bytes.bytes(equalTo: UInt8(ascii: "\\")) | bytes.bytes(equalTo: UInt8(ascii: "n"))
            | bytes.bytes(equalTo: UInt8(ascii: "t")) | bytes.bytes(equalTo: UInt8(ascii: "r"))
        least = bytes.replacing(with: least, where: least .< bytes)
        return (isBehindBackslash ^ isQuote) & ~isUsualLetter | isSecondBehindBackslash & isQuote
    }

    /// Whether the backslashes before the index, which is inside a string, are odd in number.
    private func isEscaped(_ index: Int) -> Bool {
        var start = index
        while base[start &- 1] == UInt8(ascii: "\\") { start &-= 1 }
        return (index &- start) & 1 == 1
    }

    /// Checks what stands behind backslashes in the current block, and tells whether none of it is long, or may be written so.
    @inline(__always)
    private func checkEscapes(_ escaped: UInt64) throws(JSONError) -> Bool {
        var rest = escaped
        var isUsual = true
        while rest != 0 {
            let letter = base + (stops.start &+ rest.trailingZeroBitCount)
            if Self.escapeBytes[Int(letter.pointee)] & EscapeByte.letter == 0 {
                isUsual = false
                guard Self.isLongEscape(letter, end: base + count) else {
                    throw Self.escapeError(letter, base: base, end: base + count)
                }
            }
            rest &= rest &- 1
        }
        return isUsual
    }

    /// Of a run of backslashes every second one, and what follows the run if it is odd, is escaped by the one before.
    ///
    /// Adding the first bit of a run to it carries behind its end. Done for the runs that begin at even places alone, it tells
    /// those from the others.
    @inline(__always)
    private static func escapedBytes(_ backslashes: UInt64) -> UInt64 {
        let odd: UInt64 = 0xAAAA_AAAA_AAAA_AAAA
        let shifted = backslashes &<< 1
        let evenStarts = backslashes & ~shifted & ~odd
        let evenRuns = backslashes ^ (backslashes &+ evenStarts)
        return (backslashes | shifted) & ~(evenRuns ^ odd)
    }

    /// Whether that is a `u` with four hexadecimal digits, or a slash.
    @inline(__always)
    private static func isLongEscape(_ letter: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Bool {
        if letter.pointee == UInt8(ascii: "/") { return true }
        guard letter.pointee == UInt8(ascii: "u"), end - letter > 4 else { return false }
        let digits =
            escapeBytes[Int(letter[1])] & escapeBytes[Int(letter[2])] & escapeBytes[Int(letter[3])]
            & escapeBytes[Int(letter[4])]
        return digits & EscapeByte.hexDigit != 0
    }

    /// Why the escape with that letter is none. What ends too early ends the text as well.
    @inline(never)
    private static func escapeError(
        _ letter: UnsafePointer<UInt8>, base: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
    ) -> JSONError {
        var next = letter + 1
        if letter.pointee == UInt8(ascii: "u") {
            while next < end, next <= letter + 4, escapeBytes[Int(next.pointee)] & EscapeByte.hexDigit != 0 {
                next += 1
            }
            if next == end { return JSONError(offset: end - base, kind: .unexpectedEnd) }
        }
        return JSONError(offset: letter - base - 1, kind: .invalidEscape)
    }

    private enum EscapeByte {
        /// Alone behind a backslash it is an escape, and what it stands for is written in no other way.
        static let letter: UInt8 = 1
        /// It may be one of the four behind a `u`.
        static let hexDigit: UInt8 = 2
    }

    private static let escapeBytes: InlineArray<256, UInt8> = [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0,
        0, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
        0, 2, 3, 2, 2, 2, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0,
        0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
}
