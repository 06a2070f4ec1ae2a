import Testing

@testable import GatewayCore

struct ByteHashTests {
    @Test func isTheSameForTheSameBytes() {
        let bytes = Array("the same bytes in two places of memory".utf8)
        #expect(ByteHash.hash(bytes) == ByteHash.hash(Array(bytes.map { $0 })))
    }

    /// Every byte and the length count, at every length from none to many blocks.
    @Test func changesWithEveryByteAndWithTheLength() {
        var seen: Set<UInt64> = []
        for length in 0...70 {
            let bytes = [UInt8](repeating: 0, count: length)
            #expect(seen.insert(ByteHash.hash(bytes)).inserted)
            for place in bytes.indices {
                var other = bytes
                other[place] = 1
                #expect(seen.insert(ByteHash.hash(other)).inserted)
            }
        }
    }
}
