extension JSONScanner {
    /// The text of a string. Escaped surrogates without their other half become U+FFFD: a Swift string cannot hold them.
    ///
    /// SAFETY: the token comes from this scanner, so its range is inside the text, which must be known to be UTF-8.
    func text(of token: StringToken) -> String {
        guard token.hasEscapes else { return text(of: token.range) }
        let content = content(of: token)
        // An escape is never shorter than what it stands for, so the text fits in as many bytes as were written.
        return String(unsafeUninitializedCapacity: content.count) { target in
            JSONScanner.write(content, as: .plain, into: target)
        }
    }

    /// The text as it is written.
    ///
    /// SAFETY: as above.
    func text(of range: Range<Int>) -> String {
        let content = UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
        return String(copying: UTF8Span(unchecked: content.span, isKnownASCII: content.isASCII))
    }

    func content(of token: StringToken) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + token.start, count: token.end - token.start)
    }

    /// How the characters are written that an escape stands for.
    enum Spelling {
        case plain
        /// As `JSONText` has it.
        case escaped
    }

    /// Writes the text in another spelling and returns its length.
    ///
    /// SAFETY: `source` has passed `scanString`, so what follows a backslash is complete, and `target` is as long: no spelling
    /// here is longer than another for the same.
    static func write(
        _ source: UnsafeBufferPointer<UInt8>, as spelling: Spelling, into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var read = 0
        var written = 0
        while read < source.count {
            copyPlainText(from: source, at: &read, to: target, at: &written)
            guard read < source.count, let room = target.baseAddress else { break }
            let escape = source[read + 1]
            read += 2
            let scalar =
                escape == UInt8(ascii: "u")
                ? unescapeScalar(source, at: &read) : Unicode.Scalar(character(ofEscape: escape))
            if spelling == .escaped, scalar.value < 0x20 || scalar == "\"" || scalar == "\\" {
                JSONEscaper.writeEscape(of: UInt8(scalar.value), to: room, at: &written)
            } else if scalar.isASCII {
                target[written] = UInt8(scalar.value)
                written += 1
            } else {
                for unit in UTF8.encode(scalar).unsafelyUnwrapped {
                    target[written] = unit
                    written += 1
                }
            }
        }
        return written
    }

    /// Copies up to the next backslash. A word that holds one is copied whole: what follows is overwritten later.
    @inline(__always)
    private static func copyPlainText(
        from source: UnsafeBufferPointer<UInt8>, at read: inout Int,
        to target: UnsafeMutableBufferPointer<UInt8>, at written: inout Int
    ) {
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        while read + ByteWord.width <= source.count {
            let word = ByteWord(loadingFrom: from + read)
            UnsafeMutableRawPointer(to + written).storeBytes(of: word.bits.littleEndian, as: UInt64.self)
            let marks = word.backslashes
            let length = marks == 0 ? ByteWord.width : ByteWord.firstIndex(in: marks)
            read += length
            written += length
            if marks != 0 { return }
        }
        while read < source.count, source[read] != UInt8(ascii: "\\") {
            target[written] = source[read]
            read += 1
            written += 1
        }
    }

    private static func character(ofEscape letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// Reads four hexadecimal digits, and the second escape of a surrogate pair when there is one.
    private static func unescapeScalar(_ source: UnsafeBufferPointer<UInt8>, at read: inout Int) -> Unicode.Scalar {
        let unit = codeUnit(source, at: read)
        read += 4
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), read + 6 <= source.count, source[read] == UInt8(ascii: "\\"),
            source[read + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let trail = codeUnit(source, at: read + 2)
        guard UTF16.isTrailSurrogate(trail) else { return "\u{FFFD}" }
        read += 6
        let value = 0x10000 + (UInt32(unit & 0x3FF) << 10) + UInt32(trail & 0x3FF)
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static func codeUnit(_ source: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16 {
        (index..<index + 4).reduce(0) { $0 << 4 | UInt16(source[$1].hexDigitValue ?? 0) }
    }
}
