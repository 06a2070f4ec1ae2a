import Testing

@testable import GatewayCore

private typealias Vectors = AWSEventStreamVectors

struct AWSEventStreamDecoderTests {
    private func decode(_ bytes: [UInt8], limit: Int = 1 << 20) -> DecodedStream {
        DecodedStream([bytes[...]], with: AWSEventStreamDecoder(limit: limit))
    }

    @Test func readsAnEventOfAWS() {
        let stream = decode(Vectors.initial)
        #expect(
            stream.frames == [
                Frame(event: "initial-response", data: Array(#"{"InitialResponse": "sometext"}"#.utf8))
            ])
        #expect(stream.error == nil)
    }

    @Test("Messages that are no events, with headers of every type, are passed over")
    func passesOverOtherMessages() {
        let messages = [
            Vectors.empty, Vectors.int8, Vectors.int16, Vectors.int32, Vectors.int64, Vectors.payload, Vectors.string,
            Vectors.all,
        ]
        let stream = decode(messages.flatMap { $0 } + Vectors.initial)
        #expect(stream.frames.map(\.event) == ["initial-response"])
        #expect(stream.error == nil)
    }

    @Test func tellsAnErrorOfTheProvider() {
        let stream = decode(Vectors.initial + Vectors.error + Vectors.initial)
        #expect(stream.frames.count == 1)
        #expect(stream.error == .failed(AWSEventStreamFailure(name: "code", message: "message", body: [])))
    }

    @Test func tellsAnExceptionOfTheProvider() {
        var bytes: [UInt8] = []
        AWSEventStreamWriter.write(exception: "throttlingException", body: ["message": "slow"], into: &bytes)
        #expect(
            decode(bytes).error
                == .failed(AWSEventStreamFailure(name: "throttlingException", body: Array(#"{"message":"slow"}"#.utf8)))
        )
    }

    @Test(
        "PITFALLS 1: any split of a binary stream gives the same frames",
        arguments: [
            Vectors.initial + Vectors.all + Vectors.initial, Vectors.initial + Vectors.error, Vectors.badPayload,
            Vectors.initial + Vectors.badHeaders, Vectors.badLength,
        ])
    func readsTheSameHoweverTheBytesAreCut(bytes: [UInt8]) {
        let whole = decode(bytes)
        for pieces in StreamSplits.all(of: bytes) {
            #expect(DecodedStream(pieces, with: AWSEventStreamDecoder(limit: 1 << 20)) == whole)
        }
    }

    @Test(arguments: [Vectors.badHeaderLength, Vectors.badHeaders, Vectors.badLength, Vectors.badPayload])
    func refusesWhatChecksumsContradict(bytes: [UInt8]) {
        #expect(decode(bytes).error == .wrongChecksum)
    }

    @Test("Every single wrong bit is noticed")
    func noticesEveryWrongBit() {
        for place in Vectors.initial.indices {
            for bit in 0..<8 {
                var bytes = Vectors.initial
                bytes[place] ^= 1 << UInt8(bit)
                let stream = decode(bytes)
                #expect(stream.frames.isEmpty && stream.error == .wrongChecksum)
            }
        }
    }

    @Test func refusesAHeaderThatStandsTwice() {
        guard case .malformed = decode(Vectors.duplicate).error else {
            Issue.record("a duplicate header passed")
            return
        }
    }

    @Test func tellsHowMuchOfAMessageIsMissing() {
        for count in 1..<Vectors.initial.count {
            #expect(decode(Array(Vectors.initial.prefix(count))).error == .truncated(pendingBytes: count))
        }
        #expect(decode([]).error == nil)
    }

    @Test("A length over the limit is refused before its bytes have come")
    func refusesLargeMessagesAtOnce() {
        var bytes: [UInt8] = []
        AWSEventStreamWriter.write(event: "chunk", into: &bytes) { $0 += [UInt8](repeating: 120, count: 2000) }
        #expect(decode(Array(bytes.prefix(12)), limit: 1000).error == .frameTooLarge(limit: 1000))
        #expect(decode(Array(bytes.prefix(12)), limit: bytes.count - 1).error == .frameTooLarge(limit: bytes.count - 1))
        #expect(decode(bytes, limit: bytes.count).frames.count == 1)
    }

    @Test("Lengths that contradict each other are refused, with right checksums too")
    func refusesContradictoryLengths() {
        for (total, headers) in [(15, 0), (0, 0), (16, 1), (20, 5), (20, 1000), (1 << 19, 1 << 18)] {
            let stream = decode(prelude(total, headers) + [UInt8](repeating: 0, count: 64))
            #expect(stream.frames.isEmpty)
            #expect(stream.error != nil && stream.error != .wrongChecksum)
        }
    }

    @Test("Headers that end in the middle are refused", arguments: 1..<82)
    func refusesBrokenHeaders(length: Int) {
        // The headers of `all`, cut short: each is broken but those that end between two headers.
        let headers = Array(Vectors.all[12..<(12 + length)])
        let ends: Set<Int> = [3, 6, 10, 15, 22, 33, 43, 52, 63]
        let error = decode(message(headers)).error
        #expect((error == nil) == ends.contains(length))
    }

    @Test func refusesTypesThatDoNotExistAndEmptyNames() {
        for headers in [[1, 97, 10], [0, 0], [1, 97, 255], [2, 97]] as [[UInt8]] {
            guard case .malformed = decode(message(headers)).error else {
                Issue.record("the headers \(headers) passed")
                continue
            }
        }
    }

    @Test func refusesAMessageThatIsAllHeaders() {
        let headers = (100..<200).flatMap { (number: UInt8) -> [UInt8] in [1, number, 0] }
        guard case .malformed = decode(message(headers)).error else {
            Issue.record("a hundred headers passed")
            return
        }
    }

    @Test func saysTheSameAgainAfterAnError() {
        var decoder = AWSEventStreamDecoder()
        decoder.append(Vectors.badPayload)
        #expect(throws: FramingError.wrongChecksum) { try decoder.next() }
        decoder.append(Vectors.initial)
        #expect(throws: FramingError.wrongChecksum) { try decoder.next() }
        #expect(throws: FramingError.wrongChecksum) { try decoder.finish() }
    }

    @Test func neverTrapsOnRandomBytes() {
        var generator = SeededGenerator(seed: 20_261_121)
        for _ in 0..<2000 {
            var bytes = Vectors.initial + Vectors.all + Vectors.error
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let whole = decode(bytes)
            let pieces = StreamSplits.random(of: bytes, using: &generator)
            #expect(DecodedStream(pieces, with: AWSEventStreamDecoder(limit: 1 << 20)) == whole)
        }
    }

    // MARK: Messages made by hand

    private func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

    private func prelude(_ total: Int, _ headers: Int) -> [UInt8] {
        let lengths = word(UInt32(total)) + word(UInt32(headers))
        return lengths + word(CRC32.checksum(lengths))
    }

    private func message(_ headers: [UInt8]) -> [UInt8] {
        let start = prelude(16 + headers.count, headers.count) + headers
        return start + word(CRC32.checksum(start))
    }
}

struct AWSEventStreamWriterTests {
    @Test func writesWhatTheDecoderReads() {
        var bytes: [UInt8] = []
        AWSEventStreamWriter.write(event: "messageStart", into: &bytes) { $0 += Array(#"{"role":"assistant"}"#.utf8) }
        AWSEventStreamWriter.write(event: "ping", into: &bytes) { $0 += Array("{}".utf8) }
        let stream = DecodedStream([bytes[...]], with: AWSEventStreamDecoder())
        #expect(stream.texts == [#"{"role":"assistant"}"#, "{}"])
        #expect(stream.frames.map(\.event) == ["messageStart", "ping"])
    }

    @Test func writesHeadersInTheOrderOfBedrock() {
        var bytes: [UInt8] = []
        AWSEventStreamWriter.write(event: "messageStop", into: &bytes) {
            $0 += Array(#"{"stopReason":"end_turn"}"#.utf8)
        }
        let text = String(decoding: bytes.map { $0 < 0x20 || $0 > 0x7E ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
        #expect(text.contains(":event-type...messageStop"))
        #expect(text.contains(#":content-type...application/json.:message-type...event{"stopReason":"end_turn"}"#))
    }
}

struct CRC32Tests {
    /// The check value of the catalogue of parametrised CRC algorithms, and zlib's for the others.
    @Test(arguments: [
        ("", UInt32(0)), ("123456789", 0xCBF4_3926), ("a", 0xE8B7_BE43),
        ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
    ])
    func givesTheKnownValues(text: String, value: UInt32) {
        #expect(CRC32.checksum(Array(text.utf8)) == value)
        #expect(CRC32.checksum(text.utf8.reversed().reversed()) == value)
    }

    @Test func givesTheSameInPieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let whole = CRC32.checksum(bytes)
        for place in [0, 1, 7, 8, 9, 500, 999, 1000] {
            var crc = CRC32()
            bytes[..<place].withUnsafeBytes { crc.update($0) }
            bytes[place...].withUnsafeBytes { crc.update($0) }
            #expect(crc.value == whole)
        }
    }
}
