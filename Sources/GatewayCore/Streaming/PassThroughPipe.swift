/// Passes bytes on as they come, for answers that the gateway does not look into.
struct PassThroughPipe: StreamPipe {
    /// How the client is told that the answer broke off.
    private let codec: any WireCodec
    private let echo: RequestEcho
    private(set) var failure: ProviderFailure?
    private(set) var isOver = false

    init(codec: any WireCodec, echo: RequestEcho) {
        self.codec = codec
        self.echo = echo
    }

    var usage: TokenUsage? { nil }
    var isCommitted: Bool { true }

    mutating func take(_ bytes: [UInt8], into output: inout [UInt8]) { output += bytes }

    mutating func end(into output: inout [UInt8]) { isOver = true }

    mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        guard !isOver else { return }
        self.failure = failure
        isOver = true
        var encoder = codec.makeStreamEncoder(for: echo)
        encoder.encode(.failed(failure), into: &output)
    }
}
