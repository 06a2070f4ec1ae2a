/// Finds short byte strings fast: 32 places are looked at in one step.
///
/// SAFETY: a block is only loaded where 32 bytes are left; single bytes are read through checked subscripts.
package enum ByteSearch {
    private typealias Block = SIMD4<UInt64>
    private static let blockSize = 32

    /// The first place of `needle` at or after `start`; nil when there is none. An empty needle is found nowhere.
    package static func first(
        of needle: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int = 0
    ) -> Int? {
        guard !needle.isEmpty, bytes.count - start >= needle.count else { return nil }
        // Two bytes inside the needle are compared first: its ends are mostly quotes, of which JSON is full.
        let near = needle.count > 2 ? 1 : 0
        let far = needle.count > 2 ? needle.count - 2 : needle.count - 1
        let nearBytes = Block(repeating: ByteWord.repeating(needle[near]))
        let farBytes = Block(repeating: ByteWord.repeating(needle[far]))
        let end = bytes.count - needle.count
        let lastBlock = bytes.count - far - blockSize
        guard start <= lastBlock else {
            for place in start...end where bytes[place + near] == needle[near] {
                if matches(needle, bytes, at: place) { return place }
            }
            return nil
        }
        var place = start
        while true {
            let differences =
                (block(bytes, at: place + near) ^ nearBytes) | (block(bytes, at: place + far) ^ farBytes)
            let marks = zeros(in: differences)
            if hasMarks(marks), let found = firstMatch(of: needle, in: bytes, at: place, marks, upTo: end) {
                return found
            }
            if place == lastBlock { return nil }
            // The last block overlaps the one before: what was looked at twice is still not there.
            place = min(place + blockSize, lastBlock)
        }
    }

    /// The first CR or LF at or after `start`.
    package static func firstLineEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var place = start
        let lineFeeds = Block(repeating: ByteWord.repeating(0x0A))
        let carriageReturns = Block(repeating: ByteWord.repeating(0x0D))
        while place + blockSize <= bytes.count {
            let block = block(bytes, at: place)
            let marks = zeros(in: block ^ lineFeeds) | zeros(in: block ^ carriageReturns)
            if hasMarks(marks) { return place + firstIndex(in: marks) }
            place += blockSize
        }
        while place < bytes.count {
            if bytes[place] == 0x0A || bytes[place] == 0x0D { return place }
            place += 1
        }
        return nil
    }

    @inline(__always)
    private static func block(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Block {
        bytes.loadUnaligned(fromByteOffset: place, as: Block.self)
    }

    /// Marks the bytes that are zero with their top bit. A byte of one behind a marked one may be marked as well.
    @inline(__always)
    private static func zeros(in block: Block) -> Block {
        (block &- Block(repeating: ByteWord.repeating(1))) & ~block & Block(repeating: ByteWord.repeating(0x80))
    }

    @inline(__always)
    private static func hasMarks(_ marks: Block) -> Bool {
        let half = marks.lowHalf | marks.highHalf
        return half[0] | half[1] != 0
    }

    /// The place of the first mark, of which there is one.
    private static func firstIndex(in marks: Block) -> Int {
        for word in 0..<3 where marks[word] != 0 {
            return word * ByteWord.width + ByteWord.firstIndex(in: UInt64(littleEndian: marks[word]))
        }
        return 3 * ByteWord.width + ByteWord.firstIndex(in: UInt64(littleEndian: marks[3]))
    }

    private static func firstMatch(
        of needle: [UInt8], in bytes: UnsafeRawBufferPointer, at place: Int, _ marks: Block, upTo end: Int
    ) -> Int? {
        for word in 0..<4 {
            var rest = UInt64(littleEndian: marks[word])
            while rest != 0 {
                let candidate = place + word * ByteWord.width + ByteWord.firstIndex(in: rest)
                if candidate <= end, matches(needle, bytes, at: candidate) { return candidate }
                rest &= rest - 1
            }
        }
        return nil
    }

    private static func matches(_ needle: [UInt8], _ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
        for index in needle.indices where bytes[place + index] != needle[index] { return false }
        return true
    }
}
