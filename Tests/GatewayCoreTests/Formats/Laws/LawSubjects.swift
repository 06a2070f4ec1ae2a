import Testing

@testable import GatewayCore

/// A codec and a case it is tried on.
struct LawSubject: Sendable, CustomTestStringConvertible {
    let codec: any WireCodec
    let conversation: Conversation

    var testDescription: String { "\(conversation.name) in \(codec.format.rawValue)" }
}

/// Two codecs and a case that goes from one to the other.
struct LawPair: Sendable, CustomTestStringConvertible {
    let source: any WireCodec
    let target: any WireCodec
    let conversation: Conversation

    var testDescription: String { "\(conversation.name) from \(source.format.rawValue) to \(target.format.rawValue)" }
}

enum LawSubjects {
    static let codecs = WireFormat.allCases.map(\.codec)

    static func all(with kind: Conversation.Kind) -> [LawSubject] {
        codecs.flatMap { codec in
            Conversation.all(with: kind, in: codec.format).map { LawSubject(codec: codec, conversation: $0) }
        }
    }

    static let streams: [LawSubject] = codecs.flatMap { codec in
        Conversation.all(withStreamIn: codec.format).map { LawSubject(codec: codec, conversation: $0) }
    }

    static func pairs(with kind: Conversation.Kind) -> [LawPair] {
        codecs.flatMap { source in
            codecs.flatMap { target in
                Conversation.all(with: kind, in: source.format)
                    .filter { $0.golden(kind, in: target.format, from: source.format) != nil }
                    .map { LawPair(source: source, target: target, conversation: $0) }
            }
        }
    }

    static var streamPairs: [LawPair] {
        pairs(with: .reply).filter { $0.conversation.stream(in: $0.source.format) != nil }
    }
}

extension Conversation {
    /// Responses repeats the request in every reply: that of the case.
    var echo: RequestEcho {
        var echo = RequestEcho(model: model, fallbackID: "reply-1", created: 1_767_225_600)
        echo.repeated = ResponsesEnvelope.repeated(of: json(.request, in: .responses)?.object ?? [:])
        return echo
    }
    var target: ConversionTarget { ConversionTarget(model: model) }
}

extension WireCodec {
    func request(of conversation: Conversation) throws -> ChatRequest {
        let body = try #require(conversation.json(.request, in: format)?.object)
        return try decodeRequest(body, model: namesModelInBody ? nil : conversation.model)
    }

    func reply(of conversation: Conversation) throws -> ChatReply {
        try decodeReply(try #require(conversation.json(.reply, in: format)?.object))
    }

    /// What the codec reads of a stream in its own framing, however it is cut. A frame that the codec refuses ends the events with a
    /// failure, as the driver of a stream does it.
    func events(of pieces: some Sequence<ArraySlice<UInt8>>) -> [StreamEvent] {
        var framing = streamFraming.makeDecoder()
        var decoder = makeStreamDecoder()
        var events: [StreamEvent] = []
        do {
            for piece in pieces {
                framing.append(piece)
                while let frame = try framing.next() {
                    try decoder.decode(frame, into: &events)
                }
            }
            decoder.finish(into: &events)
        } catch let error as FramingError {
            events.append(.failed(ProviderFailure(stream: error)))
        } catch {
            events.append(.failed(ProviderFailure(kind: .malformed, status: 502, message: "\(error)")))
        }
        return events
    }

    func events(of stream: [UInt8]) -> [StreamEvent] {
        events(of: [stream[...]])
    }

    func stream(of events: [StreamEvent], for echo: RequestEcho) -> [UInt8] {
        var encoder = makeStreamEncoder(for: echo)
        var output: [UInt8] = []
        for event in events { encoder.encode(event, into: &output) }
        return output
    }
}

extension ReplyAccumulator {
    static func fold(_ events: [StreamEvent]) -> ReplyAccumulator {
        var fold = ReplyAccumulator()
        for event in events { fold.apply(event) }
        return fold
    }
}
