@testable import GatewayCore

/// One format's streams, read and written by its own codec.
struct StreamRoundTrip {
    let format: WireFormat

    /// The events keep the grammar, every format can write them, and what the format's own encoder writes of a stream that
    /// ended reads back as the same text, calls and end.
    func check(_ frames: [Frame]) {
        let events = format.codec.events(toldBy: frames)
        require(GrammarChecker.violation(in: events) == nil, "the events keep the grammar")
        for other in WireFormat.allCases where other != format { _ = StreamRoundTrip(format: other).bytes(of: events) }
        let again = reread(bytes(of: events))
        guard case .ended? = events.last else {
            if case .ended? = again.last { require(false, "a broken stream never ends cleanly") }
            return
        }
        guard case .ended? = again.last else { return require(false, "what ended well ends well") }
        let (first, second) = (fold(events), fold(again))
        require(first.text == second.text, "no text is lost")
        require(first.toolCalls.map(\.name) == second.toolCalls.map(\.name), "no call is lost")
        require(first.toolCalls.map(\.arguments) == second.toolCalls.map(\.arguments), "no argument is changed")
    }

    /// What the format's encoder writes, in the format's own framing.
    private func bytes(of events: [StreamEvent]) -> [UInt8] {
        let echo = RequestEcho(model: "m", fallbackID: "x", created: 1, framing: format.codec.streamFraming)
        var encoder = format.codec.makeStreamEncoder(for: echo)
        var output: [UInt8] = []
        for event in events { encoder.encode(event, into: &output) }
        return output
    }

    /// What a reader of the encoder's bytes is told.
    private func reread(_ bytes: [UInt8]) -> [StreamEvent] {
        var framing = format.codec.streamFraming.makeDecoder()
        framing.append(bytes[...])
        var frames: [Frame] = []
        do throws(FramingError) {
            while let frame = try framing.next() { frames.append(frame) }
            if let frame = try framing.finish() { frames.append(frame) }
        } catch {
            guard case .failed = error else {
                require(false, "what the encoder wrote can be cut into frames")
                return []
            }
            return format.codec.events(toldBy: frames).dropLast() + [.failed(ProviderFailure(stream: error))]
        }
        return format.codec.events(toldBy: frames)
    }

    private func fold(_ events: [StreamEvent]) -> ChatReply {
        var accumulator = ReplyAccumulator()
        for event in events { accumulator.apply(event) }
        return accumulator.reply
    }
}
