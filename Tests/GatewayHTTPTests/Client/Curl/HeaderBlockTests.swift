import CCurl
import GatewayCore
import Testing

@testable import GatewayHTTP

struct HeaderBlockTests {
    @Test func writesFieldsAndHoldsBackLibcurlsOwn() throws {
        var block = HeaderBlock()
        let isNew = try block.set(["X-A": "1", "X-Empty": ""], framing: .init(hasBody: true))
        #expect(isNew)
        #expect(block.lines == ["X-A: 1", "X-Empty;", "Accept:", "Content-Type:"])
    }

    @Test func leavesOutWhatFramesTheMessage() throws {
        var block = HeaderBlock()
        _ = try block.set(
            [
                "Connection": "close", "Keep-Alive": "1", "Transfer-Encoding": "chunked", "Content-Length": "1",
                "Expect": "100-continue", "Upgrade": "h2c", "Proxy-Connection": "x", "ACCEPT": "a", "content-type": "t",
            ], framing: .init(hasBody: true, isLarge: true))
        #expect(block.lines == ["ACCEPT: a", "content-type: t", "Expect:"])
    }

    @Test func isWrittenAnewOnlyForOtherFields() throws {
        var block = HeaderBlock()
        let long = String(repeating: "x", count: 10_000)
        var isNew = [
            try block.set(["A": "1"], framing: .init()), try block.set(["A": "1"], framing: .init()),
            try block.set(["A": "1"], framing: .init(hasBody: true)), try block.set(["A": long], framing: .init()),
        ]
        #expect(isNew == [true, false, true, true])
        #expect(block.lines == ["A: " + long, "Accept:"])
        isNew = [try block.set([:], framing: .init())]
        #expect(isNew == [true])
        #expect(block.lines == ["Accept:"])
    }

    @Test(arguments: [
        ("", "v"), ("a b", "v"), ("a:b", "v"), ("a\r\nb", "v"), ("é", "v"), ("a", "b\nc"), ("a", "b\rc"), ("a", "b\0c"),
        ("a", "\u{7F}"),
    ])
    func refusesWhatIsNoField(name: String, value: String) throws {
        var block = HeaderBlock()
        var refusal: TransportError?
        do {
            _ = try block.set([name: value], framing: .init())
        } catch {
            refusal = error
        }
        #expect(refusal != nil)
        // A refusal leaves nothing behind that would pass for written.
        let isNew = try block.set([:], framing: .init())
        #expect(isNew)
    }
}

extension HeaderBlock {
    fileprivate var lines: [String] {
        var lines: [String] = []
        var node = first
        while let current = node {
            lines.append(String(cString: current.pointee.data))
            node = current.pointee.next
        }
        return lines
    }
}
