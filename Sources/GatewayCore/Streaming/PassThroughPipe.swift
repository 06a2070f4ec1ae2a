/// Passes bytes of any kind on as they come. A provider that breaks off cannot be told in them: whoever sends them must
/// break off too.
package struct PassThroughPipe: StreamPipe {
    package private(set) var failure: ProviderFailure?
    package private(set) var isOver = false
    package var isCommitted: Bool { true }
    /// The beginning of a JSON body, in which usage may stand.
    private var kept: [UInt8] = []
    private var isJSON: Bool
    private let codec: any WireCodec

    /// Longer bodies are passed on without a look at their usage.
    private static let maxKeptBytes = 256 << 10

    /// - Parameter isJSON: whether the body is JSON and may tell its usage.
    package init(isJSON: Bool = false, codec: any WireCodec = OpenAICodec()) {
        self.isJSON = isJSON
        self.codec = codec
    }

    package private(set) var byteCount = 0

    package var usage: TokenUsage? {
        // A body that is no JSON tells no usage.
        guard isJSON, isOver, let peek = try? JSONPeek(kept) else { return nil }
        return codec.countUsage(in: peek)
    }

    package mutating func take(_ bytes: [UInt8], into output: inout [UInt8]) {
        byteCount += bytes.count
        if isJSON {
            if kept.count + bytes.count <= Self.maxKeptBytes {
                kept += bytes
            } else {
                isJSON = false
                kept = []
            }
        }
        if output.isEmpty { output = bytes } else { output += bytes }
    }

    package mutating func end(into output: inout [UInt8]) { isOver = true }

    package mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        self.failure = failure
        isOver = true
    }
}
