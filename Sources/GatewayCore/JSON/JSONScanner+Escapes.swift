extension JSONScanner {
    /// Passes escapes and the plain text between them.
    ///
    /// - Parameters:
    ///   - first: the place of a backslash, in the block that `stops` is of.
    ///   - areLong: set when one of them is spelled longer than it must be, or may be.
    /// - Returns: the index of the first byte that is neither, or `count`.
    mutating func skipEscapes(at first: Int, areLong: inout Bool) throws(JSONError) -> Int {
        var walk = EscapeWalk()
        defer { if walk.sawLong { areLong = true } }
        if let stop = try passEscapes(from: first, &walk) { return stop }
        var index = stops.start &+ ByteBlock.width
        while count &- index >= ByteBlock.width {
            stops = Stops(start: index, ByteBlock(loadingFrom: base + index))
            let others = try passEscapes(stops.backslashes, stops.others, carry: walk.isCutOff ? 1 : 0, &walk)
            if others != 0 { return index &+ others.trailingZeroBitCount }
            index &+= ByteBlock.width
        }
        guard index < count else { return count }
        stops = loadStops(at: index)
        return try passEscapes(from: index, &walk) ?? count
    }

    private struct EscapeWalk {
        /// Whether the byte before was a backslash that escapes what follows it.
        var isCutOff = false
        var sawLong = false
    }

    /// Passes what of the current block comes from the index on.
    ///
    /// - Returns: the index of the first byte that is neither plain nor escaped, if there is one.
    @inline(never)
    private func passEscapes(from index: Int, _ walk: inout EscapeWalk) throws(JSONError) -> Int? {
        let distance = UInt64(truncatingIfNeeded: index &- stops.start)
        let ahead = ~0 &<< distance
        // A text that is shorter than a block has nothing behind its last byte that this could escape.
        let inside = count < ByteBlock.width ? (1 &<< UInt64(truncatingIfNeeded: count &- 1)) &- 1 : ~0
        let others = try passEscapes(
            stops.backslashes & ahead & inside, stops.others & ahead, carry: (walk.isCutOff ? 1 : 0) &<< distance, &walk
        )
        return others == 0 ? nil : stops.start &+ others.trailingZeroBitCount
    }

    /// Checks the escapes of the current block up to the first byte that stops the text.
    ///
    /// - Parameter carry: the byte that is escaped by what comes before.
    /// - Returns: those of the other bytes that are not escaped.
    @inline(__always)
    private func passEscapes(
        _ backslashes: UInt64, _ others: UInt64, carry: UInt64, _ walk: inout EscapeWalk
    ) throws(JSONError) -> UInt64 {
        let backslashes = backslashes & ~carry
        var escaped = Self.escapedBytes(backslashes) | carry
        walk.isCutOff = backslashes & ~escaped >= 1 << 63
        let others = others & ~escaped
        // What comes behind the first of those is not in this string, or not yet.
        if others != 0 { escaped &= others ^ (others &- 1) }
        let block = base + stops.start
        while escaped != 0 {
            let place = escaped.trailingZeroBitCount
            if Self.escapeBytes[Int(block[place])] & EscapeByte.letter == 0 {
                walk.sawLong = true
                guard Self.isLongEscape(block + place, end: base + count) else {
                    throw Self.escapeError(block + place, base: base, end: base + count)
                }
            }
            escaped &= escaped &- 1
        }
        return others
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
