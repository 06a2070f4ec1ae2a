/// Passes a stream through frame by frame where the provider's format is the client's and only the framing may differ: AWS's
/// messages as they are, or the events inside them as server-sent events, and back.
///
/// The data of each frame goes on untouched; usage and the end are read beside it.
package struct FrameRelayPipe: StreamPipe {
    private let codec: any WireCodec
    private let marks: StreamMarks
    private let echo: RequestEcho
    private var framing: any FrameDecoder
    /// Decodes the opening until the answer is committed.
    private var probe: (any StreamDecoder)?
    private var observation = StreamObservation()
    /// The latest frame, which may have told an error.
    private var lastFrame: Frame?
    package private(set) var usage: TokenUsage?
    private var meter = OutputMeter()
    package private(set) var failure: ProviderFailure?
    /// Whether the format's terminator went through.
    private var isComplete = false
    private var hasEnded = false

    /// - Parameters:
    ///   - framing: the provider's.
    ///   - echo: says the client's.
    package init(codec: any WireCodec, framing: StreamFraming, echo: RequestEcho) {
        self.codec = codec
        marks = codec.streamMarks
        self.echo = echo
        self.framing = framing.makeDecoder()
        probe = codec.makeStreamDecoder()
    }

    package var uncounted: OutputMeter? { meter }
    package var isCommitted: Bool { probe == nil }
    package var isOver: Bool { hasEnded }

    package mutating func take(_ bytes: [UInt8], into output: inout [UInt8]) {
        guard !hasEnded else { return }
        framing.append(bytes[...])
        do {
            while let frame = try framing.next() { pass(frame, into: &output) }
        } catch {
            fail(ProviderFailure(stream: error), into: &output)
        }
    }

    package mutating func end(into output: inout [UInt8]) {
        guard !hasEnded else { return }
        do {
            if let frame = try framing.finish() { pass(frame, into: &output) }
        } catch {
            fail(ProviderFailure(stream: error), into: &output)
            return
        }
        if isComplete {
            hasEnded = true
        } else if let told = failure ?? closingFailure {
            failure = told
            hasEnded = true
        } else {
            fail(.endedEarly, into: &output)
        }
    }

    package mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        guard !hasEnded else { return }
        hasEnded = true
        if isComplete { return }
        self.failure = failure
        var encoder = codec.makeFramedStreamEncoder(for: echo)
        encoder.encode(.failed(failure), into: &output)
    }

    private mutating func pass(_ frame: Frame, into output: inout [UInt8]) {
        probe(frame)
        note(frame)
        echo.framing.write(frame, into: &output)
        lastFrame = frame
    }

    private mutating func probe(_ frame: Frame) {
        guard var decoder = probe else { return }
        var events: [StreamEvent] = []
        do {
            try decoder.decode(frame, into: &events)
        } catch {
            events.append(.failed(ProviderFailure(stream: error)))
        }
        for event in events { observation.note(event) }
        failure = observation.failure
        probe = observation.hasContent || observation.isOver ? nil : decoder
    }

    private mutating func note(_ frame: Frame) {
        let (mayReport, mayEnd) = frame.data.withUnsafeBytes { bytes in
            if let output = ByteSearch.first(of: marks.outputKey, in: bytes) {
                meter.add(valueIn: bytes, from: output + marks.outputKey.count)
            }
            return (ByteSearch.first(of: marks.usageKey, in: bytes) != nil, Self.holds(marks.terminator, bytes))
        }
        // A frame that is no JSON tells nothing here; it is the client's to judge.
        guard mayReport || mayEnd, let body = try? JSONPeek(frame.data) else { return }
        if mayEnd, !isComplete, case .token(_, let confirmed) = marks.terminator { isComplete = confirmed(body) }
        guard mayReport, let reported = codec.countUsage(in: body) else { return }
        if reported.output != nil { meter.reset() }
        if usage == nil { usage = reported } else { usage?.update(with: reported) }
    }

    private static func holds(_ terminator: StreamMarks.Terminator, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard case .token(let token, _) = terminator else { return false }
        return ByteSearch.first(of: token, in: bytes) != nil
    }

    /// The error that the provider told in its last frame, already passed on; nil when it ended without one.
    private var closingFailure: ProviderFailure? {
        guard let lastFrame else { return nil }
        var decoder = codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        // A frame that cannot be decoded tells no error; the end without terminator is then the failure.
        try? decoder.decode(lastFrame, into: &events)
        for case .failed(let failure) in events { return failure }
        return nil
    }
}
