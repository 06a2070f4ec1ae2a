import GatewayCore
import Testing

@testable import GatewayHTTP

struct ResponseBufferTests {
    @Test func handsOverAllThatArrivedInOnePiece() {
        var pulled: ResponseBuffer.Pull
        var buffer = ResponseBuffer(watermark: 10)
        pulled = buffer.pull()
        #expect(pulled == .wait)
        #expect(offer("ab", to: &buffer) == true)
        #expect(offer("cd", to: &buffer) == true)
        pulled = buffer.pull()
        #expect(pulled == .bytes(Array("abcd".utf8)))
        pulled = buffer.pull()
        #expect(pulled == .wait)
    }

    @Test func handsOverAWholeResponseAtOnce() {
        var buffer = ResponseBuffer(watermark: 10)
        #expect(offer("ab", to: &buffer) == true)
        #expect(buffer.takeWhole() == nil)
        buffer.finish(.complete)
        #expect(buffer.takeWhole() == Array("ab".utf8))
        let pulled = buffer.pull()
        #expect(pulled == .end)
    }

    @Test func handsOverNothingOfABrokenResponseAtOnce() {
        var buffer = ResponseBuffer(watermark: 10)
        #expect(offer("ab", to: &buffer) == true)
        buffer.finish(.failed(.timedOut(.idle)))
        #expect(buffer.takeWhole() == nil)
        let pulled = buffer.pull()
        #expect(pulled == .bytes(Array("ab".utf8)))
    }

    @Test func turnsBytesAwayAboveTheWatermark() {
        var pulled: ResponseBuffer.Pull
        var buffer = ResponseBuffer(watermark: 4)
        #expect(offer("abc", to: &buffer) == true)
        #expect(offer("def", to: &buffer) == true)
        #expect(offer("ghi", to: &buffer) == false)
        #expect(buffer.isPaused)
        pulled = buffer.pull()
        #expect(pulled == .bytes(Array("abcdef".utf8)))
        buffer.resume()
        #expect(!buffer.isPaused)
        #expect(offer("ghi", to: &buffer) == true)
    }

    @Test func theEndComesAfterTheBytesAndStays() {
        var pulled: ResponseBuffer.Pull
        var buffer = ResponseBuffer(watermark: 4)
        #expect(offer("a", to: &buffer) == true)
        buffer.finish(.failed(.timedOut(.idle)))
        buffer.finish(.complete)
        pulled = buffer.pull()
        #expect(pulled == .bytes(Array("a".utf8)))
        pulled = buffer.pull()
        #expect(pulled == .failed(.timedOut(.idle)))
        pulled = buffer.pull()
        #expect(pulled == .failed(.timedOut(.idle)))
    }

    @Test func discardingDropsWhatNobodyWillRead() {
        var pulled: ResponseBuffer.Pull
        var buffer = ResponseBuffer(watermark: 4)
        #expect(offer("abc", to: &buffer) == true)
        buffer.discard()
        #expect(buffer.unreadCount == 0)
        pulled = buffer.pull()
        #expect(pulled == .failed(.cancelled))
    }
}

private func offer(_ text: String, to buffer: inout ResponseBuffer) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { buffer.offer($0) }
}
