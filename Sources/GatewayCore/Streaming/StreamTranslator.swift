/// Where framing, decoding, observing and encoding of one stream meet: bytes of the provider in, bytes for the client
/// out, nothing kept longer than a frame.
package struct StreamTranslator: StreamPipe {
    private var framing: any FrameDecoder
    private var decoder: any StreamDecoder
    private var encoder: any StreamEncoder
    private var events: [StreamEvent] = []
    private var observation = StreamObservation()
    private let toolNames: ToolNameMap
    private let keep: (@Sendable (JSONObject) -> Void)?
    private let thoughts: ThoughtCollector?
    /// What another provider would need to go on; nil where none may.
    private(set) var splice: TextSplice?
    package private(set) var breakOff: ProviderFailure?

    /// - Parameter keep: given the whole reply when the stream has ended well, where the client's format tells it.
    package init(
        framing: any FrameDecoder, decoder: any StreamDecoder, encoder: any StreamEncoder,
        toolNames: ToolNameMap = .identity, memory: ReasoningMemory? = nil,
        keep: (@Sendable (JSONObject) -> Void)? = nil, splice: TextSplice? = nil
    ) {
        self.framing = framing
        self.decoder = decoder
        self.encoder = encoder
        self.toolNames = toolNames
        self.keep = keep
        thoughts = memory.map { ThoughtCollector($0) }
        self.splice = splice
    }

    /// The same stream for the client, whose rest another provider tells.
    func resuming(_ speech: ProviderSpeech) -> StreamTranslator {
        var copy = self
        copy.framing = speech.framing.makeDecoder()
        copy.decoder = speech.codec.makeStreamDecoder()
        copy.events = []
        copy.observation = StreamObservation()
        copy.breakOff = nil
        copy.splice?.beginRest()
        return copy
    }

    package var translator: StreamTranslator? { self }

    package mutating func giveUp(into output: inout [UInt8]) {
        guard let failure = breakOff else { return }
        splice = nil
        breakOff = nil
        fail(failure, into: &output)
    }

    /// Where the events of a program's stream are kept, in place of an encoder's bytes.
    var collector: EventCollector? { encoder as? EventCollector }

    package var usage: TokenUsage? { observation.usage }
    package var uncounted: OutputMeter? { observation.uncounted }
    package var failure: ProviderFailure? { observation.failure }
    package var isCommitted: Bool { observation.hasContent }
    package var isOver: Bool { observation.isOver }

    /// Appends what the bytes mean to `output`. A frame the format does not allow becomes a failure of the stream.
    package mutating func take(_ bytes: [UInt8], into output: inout [UInt8]) {
        guard !observation.isOver, breakOff == nil else { return }
        framing.append(bytes[...])
        do {
            while let frame = try framing.next() {
                try decoder.decode(frame, into: &events)
                drain(into: &output)
                if observation.isOver || breakOff != nil { return }
            }
        } catch {
            fail(ProviderFailure(stream: error), into: &output)
        }
    }

    package mutating func end(into output: inout [UInt8]) {
        guard !observation.isOver, breakOff == nil else { return }
        do {
            if let frame = try framing.finish() { try decoder.decode(frame, into: &events) }
        } catch {
            fail(ProviderFailure(stream: error), into: &output)
            return
        }
        decoder.finish(into: &events)
        drain(into: &output)
    }

    package mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        guard !observation.isOver, breakOff == nil else { return }
        drain(into: &output)
        if observation.isOver || breakOff != nil { return }
        events.append(.failed(failure))
        drain(into: &output)
    }

    private mutating func drain(into output: inout [UInt8]) {
        if !toolNames.isIdentity {
            for index in events.indices { toolNames.restore(&events[index]) }
        }
        if splice != nil { fitEvents() }
        for event in events {
            observation.note(event)
            thoughts?.note(event)
            encoder.encode(event, into: &output)
            if observation.isOver { break }
        }
        events.removeAll(keepingCapacity: true)
        if let keep, observation.isComplete, let reply = encoder.finishedReply { keep(reply) }
    }
}

extension StreamTranslator {
    /// Brings the events into the client's stream. Where one tells of a break in the middle of a plain text, what stands
    /// before it and is no text is left out, and so is the break.
    private mutating func fitEvents() {
        guard var splice else { return }
        var fitting: [StreamEvent] = []
        let failures = events.compactMap { event in
            if case .failed(let failure) = event { failure } else { nil }
        }
        let canContinue = splice.canContinue && failures.first.map { FailureClass($0).isWorthAnotherInstance } ?? false
        for event in events.flatMap(splice.fitting) {
            if canContinue {
                guard case .appended(_, .text) = event else { continue }
            }
            splice.note(event)
            fitting.append(event)
        }
        events = fitting
        if canContinue { breakOff = failures.first }
        self.splice = splice
    }
}

extension ProviderFailure {
    /// What ended a stream: the provider's own exception, a stream cut off, or a frame that its format does not allow.
    package init(stream error: any Error) {
        let detail: String
        switch error {
        case FramingError.failed(let failure):
            self.init(failure)
            return
        case FramingError.truncated:
            self = .endedEarly
            return
        case let error as ConversionError: detail = error.message
        default: detail = "\(error)"
        }
        self.init(
            kind: .malformed, status: 502, message: "The provider sent a stream its format does not allow: \(detail)")
    }
}
