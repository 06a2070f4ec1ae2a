extension String {
    /// The bytes, without a copy where the string lies in memory as one piece, as strings do that Swift made.
    ///
    /// Inlinable, since other modules would call it for a type that is not known to it before it runs, at ten times the cost.
    @inline(__always) @inlinable
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        var copy = self
        return copy.withUTF8(body)
    }
}

extension String {
    /// Compares as header names and other protocol words are: letters A-Z without case, everything else exactly.
    package func equalsIgnoringASCIICase(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return withBytes { this in other.withBytes { that in this.equalsIgnoringASCIICase(that) } }
    }
}

extension String {
    /// Nil for what is not UTF-8. `init(validating:as:)` does the same for any encoding, at twenty times the cost for a word.
    init?(validUTF8 bytes: UnsafeRawBufferPointer) {
        // SAFETY: bytes are always bound to bytes, and the span is used here only.
        guard let text = try? UTF8Span(validating: bytes.assumingMemoryBound(to: UInt8.self).span) else { return nil }
        self.init(copying: text)
    }
}

extension String {
    /// Whether both are the same bytes; `==` also takes a composed and a decomposed accent for the same.
    @inline(__always)
    package func hasSameUTF8(as other: String) -> Bool {
        // What is not even equal is told by two words where both are short, which neither is retained for.
        guard utf8.count == other.utf8.count, self == other else { return false }
        return withBytes { this in other.withBytes { that in this.hasSameBytes(as: that[...]) } }
    }
}

extension String {
    /// Whether it begins with the same bytes.
    package func beginsWithBytes(of prefix: String) -> Bool {
        let count = prefix.utf8.count
        guard utf8.count >= count else { return false }
        return withBytes { this in
            prefix.withBytes { UnsafeBufferPointer(rebasing: this[..<count]).hasSameBytes(as: $0[...]) }
        }
    }

    /// Whether it begins with that word, letters A-Z without case.
    ///
    /// - Parameter word: in lower case.
    package func beginsIgnoringASCIICase(with word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard utf8.count >= count else { return false }
        return withBytes { bytes in
            for place in 0..<count where bytes[place].asciiLowercased != word.utf8Start[place] { return false }
            return true
        }
    }
}

extension Substring {
    /// As `String.equalsIgnoringASCIICase`.
    package func equalsIgnoringASCIICase(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var this = self
        var that = other
        return this.withUTF8 { this in that.withUTF8 { that in this.equalsIgnoringASCIICase(that) } }
    }
}

extension UnsafeBufferPointer<UInt8> {
    var isASCII: Bool {
        var bits: UInt8 = 0
        // Without a way out in the middle the compiler takes many bytes at a time.
        for byte in self { bits |= byte }
        return bits < 0x80
    }

    /// Whether both are the same bytes, compared eight at a time.
    @inline(__always)
    package func hasSameBytes(as other: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let other = UnsafeBufferPointer(rebasing: other)
        guard count == other.count else { return false }
        guard let this = baseAddress, let that = other.baseAddress, count > 0 else { return true }
        guard count >= ByteWord.width else {
            let (left, right) = (ByteWord(loadingFrom: this, count: count), ByteWord(loadingFrom: that, count: count))
            return left.bits == right.bits
        }
        // SAFETY: eight bytes are left at each place; the last eight overlap those before them.
        let last = count - ByteWord.width
        var place = 0
        while place < last {
            guard ByteWord(loadingFrom: this + place).bits == ByteWord(loadingFrom: that + place).bits else {
                return false
            }
            place += ByteWord.width
        }
        return ByteWord(loadingFrom: this + last).bits == ByteWord(loadingFrom: that + last).bits
    }

    fileprivate func equalsIgnoringASCIICase(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in indices where self[index] != other[index] {
            guard self[index].asciiLowercased == other[index].asciiLowercased else { return false }
        }
        return true
    }
}

extension UInt8 {
    /// The byte with A-Z turned into a-z.
    @inlinable package var asciiLowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
