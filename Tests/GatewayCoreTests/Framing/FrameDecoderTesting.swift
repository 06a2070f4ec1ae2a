@testable import GatewayCore

/// What a decoder makes of a stream, errors included.
struct DecodedStream: Equatable {
    var frames: [Frame] = []
    var error: FramingError?

    /// Feeds the pieces one after the other, taking every frame as soon as it is there, and ends the stream.
    init(_ pieces: some Sequence<ArraySlice<UInt8>>, with decoder: some FrameDecoder) {
        var decoder = decoder
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

    init(_ text: String, with decoder: some FrameDecoder) {
        self.init([Array(text.utf8)[...]], with: decoder)
    }

    var texts: [String] { frames.map { String(decoding: $0.data, as: UTF8.self) } }
}

enum StreamSplits {
    /// The stream cut in two at each place, and into pieces of one, two, three and seven bytes.
    static func all(of bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
        let halves = bytes.indices.map { [bytes[..<$0], bytes[$0...]] }
        let pieces = [1, 2, 3, 7].map { size in
            stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
        }
        return halves + pieces
    }

    /// The stream cut at random places.
    static func random(of bytes: [UInt8], using generator: inout some RandomNumberGenerator) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 0...9, using: &generator))
            pieces.append(bytes[start..<end])
            start = end
        }
        return pieces
    }
}

/// Repeats with its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
