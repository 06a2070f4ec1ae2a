extension String {
    /// Compares as header names and other protocol words are: letters A-Z without case, everything else exactly.
    package func equalsIgnoringASCIICase(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var this = self
        var that = other
        return this.withUTF8 { this in that.withUTF8 { that in this.equalsIgnoringASCIICase(that) } }
    }
}

extension String {
    /// Whether both are the same bytes; `==` also takes a composed and a decomposed accent for the same.
    package func hasSameUTF8(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var this = self
        var that = other
        return this.withUTF8 { this in
            that.withUTF8 { that in
                for index in this.indices where this[index] != that[index] { return false }
                return true
            }
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
    fileprivate func equalsIgnoringASCIICase(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in indices where self[index] != other[index] {
            guard self[index].asciiLowercased == other[index].asciiLowercased else { return false }
        }
        return true
    }
}

extension UInt8 {
    /// The byte with A-Z turned into a-z.
    package var asciiLowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
