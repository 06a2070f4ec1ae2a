@testable import GatewayCore

/// What a frame decoder makes of a stream that arrives in pieces.
struct DecodedStream: Equatable {
    var frames: [Frame] = []
    var error: FramingError?

    init(_ pieces: [ArraySlice<UInt8>], with decoder: inout some FrameDecoder) {
        do throws(FramingError) {
            for piece in pieces {
                decoder.append(piece)
                while let frame = try decoder.next() { frames.append(frame) }
            }
            if let frame = try decoder.finish() { frames.append(frame) }
        } catch {
            self.error = error
        }
    }
}

extension WireCodec {
    /// What the frames tell; a frame that the format does not allow ends the stream with a failure, as the driver of a stream
    /// does it.
    func events(toldBy frames: [Frame]) -> [StreamEvent] {
        var decoder = makeStreamDecoder()
        var events: [StreamEvent] = []
        do {
            for frame in frames { try decoder.decode(frame, into: &events) }
            decoder.finish(into: &events)
        } catch {
            events.append(.failed(ProviderFailure(kind: .malformed, status: 502, message: error.message)))
        }
        return events
    }
}
