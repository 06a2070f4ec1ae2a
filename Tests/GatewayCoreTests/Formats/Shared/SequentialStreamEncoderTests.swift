import Testing

@testable import GatewayCore

/// Formats whose parts come one after the other; that nothing gets lost is in `EveryFormatTests`.
struct SequentialStreamEncoderTests {
    private static let formats: [WireFormat] = [.anthropic, .converse, .responses]

    private func encoder(_ format: WireFormat) -> any StreamEncoder {
        format.codec.makeStreamEncoder(for: RequestEcho(model: "m", fallbackID: "r", created: 0))
    }

    @Test("PITFALLS 5: a part whose turn never comes is not kept for ever", arguments: formats)
    func waitsForNoMoreThanAWholeReply(format: WireFormat) {
        var encoder = encoder(format)
        var output: [UInt8] = []
        encoder.encode(.began(ReplyHead(id: "r", model: "m")), into: &output)
        encoder.encode(.opened(PartID(index: 0), .text), into: &output)
        encoder.encode(.opened(PartID(index: 1), .text), into: &output)
        let piece = String(repeating: "x", count: 1 << 20)
        output = []
        for _ in 0..<63 { encoder.encode(.appended(PartID(index: 1), .text(piece)), into: &output) }
        #expect(output.isEmpty)
        encoder.encode(.appended(PartID(index: 1), .text(piece)), into: &output)
        #expect(String(decoding: output, as: UTF8.self).contains("is longer than 67108864 bytes"))
        output = []
        encoder.encode(.closed(PartID(index: 0)), into: &output)
        encoder.encode(.ended, into: &output)
        #expect(output.isEmpty)
    }

    @Test(arguments: formats) func tellsPartsInTheirOrderThatNobodyClosed(format: WireFormat) {
        var encoder = encoder(format)
        var output: [UInt8] = []
        encoder.encode(.began(ReplyHead(id: "r", model: "m")), into: &output)
        for index in 0..<3 { encoder.encode(.opened(PartID(index: index), .text), into: &output) }
        for index in [2, 0, 1] {
            encoder.encode(.appended(PartID(index: index), .text("text-\(index)")), into: &output)
        }
        encoder.encode(.closed(PartID(index: 2)), into: &output)
        encoder.encode(.ended, into: &output)
        let text = String(decoding: output, as: UTF8.self)
        let places = (0..<3).map { text.firstRange(of: "text-\($0)")?.lowerBound }
        #expect(!places.contains(nil))
        #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
    }
}
