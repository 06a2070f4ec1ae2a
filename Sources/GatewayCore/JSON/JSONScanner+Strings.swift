extension JSONScanner {
    /// A string of the text: what stands between its quotes, and what is known about it.
    struct StringToken {
        var start: Int
        var end: Int
        var hasEscapes: Bool
        /// Whether one of them has another spelling, too, as `\u0041` and `\/` have.
        var hasLongEscapes = false

        var range: Range<Int> { start..<end }
    }

    /// What is known of the block that was looked at last: the bytes that are not plain text of a string.
    struct Stops {
        /// The index of the first byte of the block; where none was looked at, no index is in it.
        var start = -ByteBlock.width
        /// One bit for each byte.
        var backslashes: UInt64 = 0
        var others: UInt64 = 0

        @inline(__always)
        init() {}

        /// SAFETY: the block must be inside the text.
        @inline(__always)
        init(start: Int, _ block: ByteBlock) {
            self.start = start
            (backslashes, others) = block.jsonStringStops
        }

        /// - Parameter count: of the whole text, which is shorter than a block. A backslash at its end escapes nothing, so it
        ///   is left out: all escaped bytes are inside the text.
        @inline(never)
        init(shortText base: UnsafePointer<UInt8>, count: Int) {
            start = 0
            (backslashes, others) = ByteBlock(loadingFrom: base, count: count).jsonStringStops
            backslashes &= (1 &<< UInt64(truncatingIfNeeded: count &- 1)) &- 1
        }

        /// From the index on, which is the lowest bit.
        @inline(__always)
        func bits(from index: Int) -> UInt64 {
            (backslashes | others) &>> UInt64(truncatingIfNeeded: index &- start)
        }

        /// Whether the index is in the block.
        @inline(__always)
        func reach(_ index: Int) -> Bool { UInt(bitPattern: index &- start) < UInt(ByteBlock.width) }
    }

    /// Passes a string, from its opening quote to behind the closing one. Control characters and malformed escapes are
    /// errors; an escaped surrogate without its other half is not (RFC 8259 section 8.2). Characters outside ASCII are text
    /// like any other.
    @inline(__always)
    mutating func scanString() throws(JSONError) -> StringToken {
        let start = offset &+ 1
        let stop = nextStop(from: start)
        guard stop < count, base[stop] == UInt8(ascii: "\"") else {
            return try scanString(from: start, firstStop: stop)
        }
        offset = stop &+ 1
        return StringToken(start: start, end: stop, hasEscapes: false)
    }

    /// Passes a string that has escapes, or is none.
    @inline(never)
    private mutating func scanString(from start: Int, firstStop: Int) throws(JSONError) -> StringToken {
        var token = StringToken(start: start, end: firstStop, hasEscapes: false)
        if firstStop < count, base[firstStop] == UInt8(ascii: "\\") {
            token.hasEscapes = true
            token.end = try skipEscapedText(from: firstStop, hasLongEscapes: &token.hasLongEscapes)
        }
        guard token.end < count else { throw JSONError(offset: count, kind: .unexpectedEnd) }
        guard base[token.end] == UInt8(ascii: "\"") else {
            throw JSONError(offset: token.end, kind: .controlCharacter(base[token.end]))
        }
        offset = token.end &+ 1
        return token
    }

    /// The index of the first byte that is not plain text of a string, or `count`.
    @inline(__always)
    private mutating func nextStop(from start: Int) -> Int {
        if stops.reach(start) {
            let marks = stops.bits(from: start)
            if marks != 0 { return start &+ marks.trailingZeroBitCount }
        }
        return findStop(from: start)
    }

    /// Looks for a stop where nothing is known yet.
    @inline(never)
    private mutating func findStop(from start: Int) -> Int {
        var index = stops.reach(start) ? stops.start &+ ByteBlock.width : start
        while index < count {
            stops = loadStops(at: index)
            let marks = stops.bits(from: index)
            if marks != 0 { return index &+ marks.trailingZeroBitCount }
            index = stops.start &+ ByteBlock.width
        }
        return count
    }

    /// Looks at a block that holds the index and most of what follows: no byte behind the text is read, and none stops.
    @inline(__always)
    func loadStops(at index: Int) -> Stops {
        if count &- index >= ByteBlock.width {
            Stops(start: index, ByteBlock(loadingFrom: base + index))
        } else if count >= ByteBlock.width {
            Stops(start: count &- ByteBlock.width, ByteBlock(loadingFrom: base + (count &- ByteBlock.width)))
        } else {
            Stops(shortText: base, count: count)
        }
    }
}
