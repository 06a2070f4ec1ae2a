import Glibc
import Testing

@testable import GatewayHTTP

struct RecordCursorTests {
    @Test(arguments: [1, 3, 5, 8, 100], [1, 2, 3, 7, 50])
    func walksOverAllBytesWhateverIsTaken(recordSize: Int, step: Int) {
        var bytes = Array(UInt8(0)..<24)
        var record = [UInt8](repeating: 0, count: recordSize)
        var seen: [UInt8] = []
        bytes.withUnsafeMutableBytes { bytes in
            let vectors = [0..<3, 3..<4, 4..<14, 14..<24].map { range in
                iovec(iov_base: bytes.baseAddress?.advanced(by: range.lowerBound), iov_len: range.count)
            }
            vectors.withUnsafeBufferPointer { vectors in
                record.withUnsafeMutableBytes { record in
                    var cursor = RecordCursor(vectors)
                    while let piece = cursor.next(gatheringInto: record) {
                        #expect(piece.count >= min(recordSize, 24 - seen.count))
                        let taken = min(step, piece.count)
                        seen += piece.prefix(taken)
                        cursor.advance(by: taken)
                    }
                }
            }
        }
        #expect(seen == Array(0..<24))
    }
}
