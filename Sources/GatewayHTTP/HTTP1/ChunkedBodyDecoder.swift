import Glibc

/// Why a chunked body cannot be read on.
package enum ChunkedBodyError: Error, Sendable, Equatable {
    /// The chunks together are longer than allowed.
    case tooLarge(limit: Int)
    case malformed(ChunkFault)
}

/// The rule of RFC 9112 section 7.1 that a chunked body breaks.
package enum ChunkFault: Sendable, Equatable {
    case size
    case lineEnd
    case extensionBytes
    case extensionsTooLong
    case trailer
    case trailersTooLong
}

/// Takes the chunked coding off a body, as bytes arrive. Pure. Extensions and trailer fields are checked, bounded and
/// dropped. After an error the decoder must not be used again.
package struct ChunkedBodyDecoder {
    private enum Stage {
        case firstDigit, digits, blanks, extensions, sizeLineFeed
        case data, dataReturn, dataLineFeed
        case trailerStart, trailer, trailerLineFeed, lastLineFeed
        case complete
    }

    /// All extensions of a body together: without a limit, one-byte chunks could carry any amount of them.
    private static let extensionLimit = 16 * 1024
    private static let trailerLimit = 16 * 1024
    /// 2^60 - 1 bytes at most, so that a size never overflows.
    private static let digitLimit = 15

    private let limit: Int
    private var stage = Stage.firstDigit
    /// What is left of the current chunk, or its size as far as it was read.
    private var remaining = 0
    private var digits = 0
    private var announced = 0
    private var extensionBytes = 0
    private var trailerBytes = 0
    private var trailerLine: [UInt8] = []

    /// `limit` is the longest body that is decoded, in bytes.
    package init(limit: Int) {
        self.limit = limit
    }

    package var isComplete: Bool { stage == .complete }

    /// Appends decoded bytes to `output` and returns how many bytes of the input were taken: all of them, or those up
    /// to the end of the body.
    package mutating func decode(
        _ input: Span<UInt8>, into output: inout [UInt8]
    ) throws(ChunkedBodyError) -> Int {
        try input.withUnsafeBufferPointer { bytes throws(ChunkedBodyError) in
            var index = 0
            while index < bytes.count, stage != .complete {
                if stage == .data {
                    let count = min(remaining, bytes.count - index)
                    output.append(contentsOf: bytes[index..<index + count])
                    index += count
                    remaining -= count
                    if remaining == 0 { stage = .dataReturn }
                } else {
                    try take(bytes[index])
                    index += 1
                }
            }
            return index
        }
    }

    /// One byte outside of chunk data.
    private mutating func take(_ byte: UInt8) throws(ChunkedBodyError) {
        switch stage {
        case .firstDigit:
            guard let value = byte.hexDigitValue else { throw .malformed(.size) }
            remaining = Int(value)
            digits = 1
            stage = .digits
        case .digits:
            try takeSize(byte)
        case .blanks, .extensions:
            try takeExtension(byte)
        case .sizeLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .malformed(.lineEnd) }
            try beginChunk()
        case .dataReturn:
            guard byte == UInt8(ascii: "\r") else { throw .malformed(.lineEnd) }
            stage = .dataLineFeed
        case .dataLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .malformed(.lineEnd) }
            stage = .firstDigit
        case .trailerStart, .trailer, .trailerLineFeed, .lastLineFeed:
            try takeTrailer(byte)
        case .data, .complete:
            preconditionFailure("not a byte of the framing")
        }
    }

    private mutating func takeSize(_ byte: UInt8) throws(ChunkedBodyError) {
        if let value = byte.hexDigitValue {
            digits += 1
            guard digits <= Self.digitLimit else { throw .malformed(.size) }
            remaining = remaining << 4 | Int(value)
        } else if byte == UInt8(ascii: "\r") {
            stage = .sizeLineFeed
        } else {
            stage = .blanks
            try takeExtension(byte)
        }
    }

    private mutating func takeExtension(_ byte: UInt8) throws(ChunkedBodyError) {
        if stage == .extensions, byte == UInt8(ascii: "\r") {
            stage = .sizeLineFeed
            return
        }
        extensionBytes += 1
        guard extensionBytes <= Self.extensionLimit else { throw .malformed(.extensionsTooLong) }
        if stage == .extensions {
            guard byte.isFieldValueByte else { throw .malformed(.extensionBytes) }
        } else if byte == UInt8(ascii: ";") {
            stage = .extensions
        } else {
            // Blanks may stand before a semicolon, and nowhere else.
            guard byte.isBlank else { throw .malformed(.size) }
        }
    }

    private mutating func beginChunk() throws(ChunkedBodyError) {
        guard remaining > 0 else {
            stage = .trailerStart
            return
        }
        guard remaining <= limit - announced else { throw .tooLarge(limit: limit) }
        announced += remaining
        stage = .data
    }

    private mutating func takeTrailer(_ byte: UInt8) throws(ChunkedBodyError) {
        trailerBytes += 1
        guard trailerBytes <= Self.trailerLimit else { throw .malformed(.trailersTooLong) }
        switch stage {
        case .trailerStart where byte == UInt8(ascii: "\r"):
            stage = .lastLineFeed
        case .trailerStart:
            trailerLine = [byte]
            stage = .trailer
        case .trailer where byte == UInt8(ascii: "\r"):
            stage = .trailerLineFeed
        case .trailer:
            trailerLine.append(byte)
        case .trailerLineFeed:
            guard byte == UInt8(ascii: "\n"), trailerLine.isFieldLine else { throw .malformed(.trailer) }
            stage = .trailerStart
        default:
            guard byte == UInt8(ascii: "\n") else { throw .malformed(.trailer) }
            trailerLine = []
            stage = .complete
        }
    }
}

extension [UInt8] {
    fileprivate var isFieldLine: Bool {
        withUnsafeBufferPointer { line in
            // The reason is told as a fault of the trailer.
            (try? FieldLine.split(line)) != nil
        }
    }
}
