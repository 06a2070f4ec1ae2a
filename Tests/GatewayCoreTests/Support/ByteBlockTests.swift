import Testing

@testable import GatewayCore

struct ByteBlockTests {
    @Test func marksEveryByteInItsPlace() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<ByteBlock.width {
                var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: ByteBlock.width)
                bytes[place] = byte
                let stops = bytes.withUnsafeBufferPointer { buffer in
                    buffer.baseAddress.map { ByteBlock(loadingFrom: $0).jsonStringStops }
                }
                let isOther = byte < 0x20 || byte == UInt8(ascii: "\"")
                let mark: UInt64 = 1 << place
                #expect(stops?.backslashes == (byte == UInt8(ascii: "\\") ? mark : UInt64(0)))
                #expect(stops?.others == (isOther ? mark : UInt64(0)))
            }
        }
    }

    @Test func marksNothingBehindFewerBytes() {
        let bytes = [UInt8](repeating: UInt8(ascii: "\""), count: ByteBlock.width)
        for count in 0..<ByteBlock.width {
            let stops = bytes.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.map { ByteBlock(loadingFrom: $0, count: count).jsonStringStops }
            }
            let marks: UInt64 = (1 << count) - 1
            #expect(stops?.others == marks)
            #expect(stops?.backslashes == UInt64(0))
        }
    }
}
