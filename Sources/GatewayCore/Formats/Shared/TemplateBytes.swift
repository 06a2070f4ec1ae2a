/// What the templates of deltas compare and look for in the bytes of a frame.
enum TemplateBytes {
    /// The place of the quote that ends the string, or of a byte that no string may hold, or the end.
    static func stringEnd(in bytes: UnsafeRawBufferPointer, from start: Int, hasEscape: inout Bool) -> Int {
        var place = start
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""), 0..<0x20:
                return place
            case UInt8(ascii: "\\"):
                hasEscape = true
                place += 2
            default:
                place += 1
            }
        }
        return min(place, bytes.count)
    }

    /// Compares eight bytes at a time.
    static func matches(_ expected: [UInt8], _ bytes: UnsafeRawBufferPointer, at start: Int) -> Bool {
        let count = expected.count
        guard start + count <= bytes.count else { return false }
        return expected.withUnsafeBytes { expected in
            var place = 0
            while place + 8 <= count {
                let left = expected.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                guard left == bytes.loadUnaligned(fromByteOffset: start + place, as: UInt64.self) else { return false }
                place += 8
            }
            while place < count {
                guard expected[place] == bytes[start + place] else { return false }
                place += 1
            }
            return true
        }
    }
}
