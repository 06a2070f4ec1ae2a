/// Finds short byte strings fast: many positions are compared at once with vector instructions.
package enum ByteSearch {
    private typealias Block = SIMD32<UInt8>

    /// The first place of `needle` at or after `start`; nil when there is none. An empty needle is found nowhere.
    package static func first(
        of needle: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int = 0
    ) -> Int? {
        guard let first = needle.first, let last = needle.last, bytes.count - start >= needle.count else { return nil }
        let lastOffset = needle.count - 1
        let end = bytes.count - needle.count
        var place = start
        let firsts = Block(repeating: first)
        let lasts = Block(repeating: last)
        while place + lastOffset + Block.scalarCount <= bytes.count {
            let heads = bytes.loadUnaligned(fromByteOffset: place, as: Block.self)
            let tails = bytes.loadUnaligned(fromByteOffset: place + lastOffset, as: Block.self)
            let candidates = (heads .== firsts) .& (tails .== lasts)
            if any(candidates) {
                for lane in 0..<Block.scalarCount where candidates[lane] && matches(needle, bytes, at: place + lane) {
                    return place + lane
                }
            }
            place += Block.scalarCount
        }
        while place <= end {
            if bytes[place] == first && matches(needle, bytes, at: place) { return place }
            place += 1
        }
        return nil
    }

    /// The first CR or LF at or after `start`.
    package static func firstLineEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var place = start
        let lineFeeds = Block(repeating: 10)
        let carriageReturns = Block(repeating: 13)
        while place + Block.scalarCount <= bytes.count {
            let block = bytes.loadUnaligned(fromByteOffset: place, as: Block.self)
            let ends = (block .== lineFeeds) .| (block .== carriageReturns)
            if any(ends) {
                for lane in 0..<Block.scalarCount where ends[lane] { return place + lane }
            }
            place += Block.scalarCount
        }
        while place < bytes.count {
            if bytes[place] == 10 || bytes[place] == 13 { return place }
            place += 1
        }
        return nil
    }

    private static func matches(_ needle: [UInt8], _ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
        needle.indices.allSatisfy { bytes[place + $0] == needle[$0] }
    }
}
