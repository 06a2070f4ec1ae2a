import Glibc
import Testing

@testable import GatewayHTTP

@Suite struct BufferTests {
    /// A channel that takes a limited number of bytes with each write.
    private final class Trickle: ConnectionChannel {
        var allowance: Int
        var taken: [UInt8] = []
        var largestCount = 0
        let descriptor: Int32 = -1
        let isEncrypted = false

        init(allowance: Int) { self.allowance = allowance }

        func read(into buffer: UnsafeMutableRawBufferPointer) -> ChannelRead { .end }

        func write(_ buffers: UnsafeBufferPointer<iovec>) -> ChannelWrite {
            var left = allowance
            largestCount = max(largestCount, buffers.count)
            for buffer in buffers {
                let count = min(left, buffer.iov_len)
                taken += UnsafeRawBufferPointer(start: buffer.iov_base, count: count)
                left -= count
            }
            return .bytes(allowance - left)
        }

        func endWriting() {}
    }

    @Test(arguments: [1, 7, 4096, 5000, 1_000_000]) func outputLeavesInOrderHoweverItIsTaken(allowance: Int) {
        var queue = OutputQueue()
        var expected: [UInt8] = []
        for index in 0..<60 {
            let piece = [UInt8](repeating: UInt8(index), count: index % 3 == 0 ? 5000 : index)
            if index % 2 == 0 {
                queue.append(piece)
                expected += piece
            } else if !piece.isEmpty {
                queue.appendChunk(piece)
                expected += [UInt8]("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [13, 10]
            }
        }
        #expect(queue.count == expected.count)
        let channel = Trickle(allowance: allowance)
        while !queue.isEmpty { _ = queue.write(to: channel) }
        #expect(channel.taken == expected)
        #expect(channel.largestCount <= 16)
        queue.append([1])
        _ = queue.write(to: channel)
        #expect(queue.isEmpty)
    }

    @Test func smallOutputIsOneVector() {
        var queue = OutputQueue()
        for _ in 0..<10 { queue.append([1, 2, 3]) }
        queue.appendChunk([4])
        let channel = Trickle(allowance: 1000)
        _ = queue.write(to: channel)
        #expect(channel.largestCount == 1)
        #expect(channel.taken.count == 36)
    }

    @Test func lendsTheMemoryOfWhatIsSentToTheNextWriter() {
        var spare: [UInt8] = []
        var queue = OutputQueue()
        queue.borrow(&spare)
        queue.append([UInt8](repeating: 1, count: 100))
        queue.giveBack(&spare)
        #expect(spare.capacity == 0, "unsent bytes were given away")
        let channel = Trickle(allowance: 60)
        _ = queue.write(to: channel)
        queue.giveBack(&spare)
        #expect(spare.capacity == 0)
        _ = queue.write(to: channel)
        queue.giveBack(&spare)
        #expect(spare.isEmpty && spare.capacity >= 100)
        var other = OutputQueue()
        other.borrow(&spare)
        #expect(spare.capacity == 0)
        other.append([2, 3])
        _ = other.write(to: channel)
        other.giveBack(&spare)
        #expect(spare.capacity >= 100)
        #expect(channel.taken == [UInt8](repeating: 1, count: 100) + [2, 3])
    }

    @Test func keepsNoMemoryOfPiecesThatOthersMade() {
        let piece = [UInt8](repeating: 7, count: 5000)
        var spare: [UInt8] = []
        var queue = OutputQueue()
        queue.append(piece)
        _ = queue.write(to: Trickle(allowance: 5000))
        queue.giveBack(&spare)
        #expect(spare.capacity == 0)
        #expect(piece == [UInt8](repeating: 7, count: 5000))
    }

    @Test func inputIsTakenInPieces() {
        var input = InputBuffer()
        input.append([1, 2, 3, 4, 5])
        input.take { bytes in
            #expect(bytes.count == 5)
            return 2
        }
        var moved: [UInt8] = []
        input.move(atMost: 2, to: &moved)
        #expect(moved == [3, 4])
        input.append([6])
        input.move(atMost: .max, to: &moved)
        #expect(moved == [3, 4, 5, 6])
        #expect(input.isEmpty)
        input.append([7])
        input.removeAll()
        #expect(input.isEmpty)
    }
}

extension InputBuffer {
    fileprivate mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }
}
