/// Puts the events that an encoder writes for server-sent events into AWS's messages, for clients of InvokeModel.
struct WrappingStreamEncoder: StreamEncoder {
    private var encoder: any StreamEncoder
    private var frames = SSEDecoder()
    private var written: [UInt8] = []

    init(_ encoder: any StreamEncoder) {
        self.encoder = encoder
    }

    /// A failure is an exception of the stream, as Bedrock tells it.
    mutating func encode(_ event: StreamEvent, into output: inout [UInt8]) {
        if case .failed(let failure) = event {
            AWSEventStreamWriter.write(
                exception: ConverseCodec.invocationExceptionName(of: failure),
                body: ConverseCodec().encodeFailure(failure), into: &output)
            return
        }
        written.removeAll(keepingCapacity: true)
        encoder.encode(event, into: &written)
        frames.append(written)
        // What the encoder itself wrote is within every limit.
        while let frame = try? frames.next() {
            AWSEventStreamWriter.write(wrapping: frame.data, into: &output)
        }
    }
}

extension WireCodec {
    /// Writes streams in the framing that the client wants.
    package func makeFramedStreamEncoder(for echo: RequestEcho) -> any StreamEncoder {
        let encoder = makeStreamEncoder(for: echo)
        return echo.framing == .wrappedEventStream ? WrappingStreamEncoder(encoder) : encoder
    }
}
