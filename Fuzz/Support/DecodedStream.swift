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
