/// Passes a stream through in the provider's own bytes and watches beside it for usage and the end.
///
/// Whole frames go on at once and unchanged. The beginning of a frame waits for its rest, so that a provider that breaks
/// off inside one leaves the client a readable stream to be told of it. One frame may be left out: the usage that the
/// gateway asked for and the client did not.
package struct RelayPipe: StreamPipe {
    private let codec: any WireCodec
    private let marks: StreamMarks
    private let hidesUsage: Bool
    private let echo: RequestEcho
    /// Decodes the opening until the answer is committed.
    private var probe: StreamProbe?
    /// A frame under way.
    private var tail: [UInt8] = []
    /// Where the search for the end of `tail` goes on, so that a long frame is not read again with each piece of it.
    private var search = LineSearch()
    /// The latest whole frame that said something, for `closingFailure`.
    private var lastFrame: [UInt8] = []
    private let candidateCount: Int
    /// The candidates that are finished, counted for services that may leave the terminator out.
    private var finished: Set<Int> = []
    package private(set) var replyID: String?
    package private(set) var usage: TokenUsage?
    private var meter = OutputMeter()
    package private(set) var failure: ProviderFailure?
    /// Whether the format's terminator went through.
    private var isComplete = false
    private var hasEnded = false

    /// As `SSEDecoder` has it.
    private static let maxFrameBytes = 16 << 20
    /// Stands in the error frames of every format.
    private static let errorKey = Array("\"error\"".utf8)

    /// - Parameter candidateCount: how many answers were asked for.
    package init(codec: any WireCodec, echo: RequestEcho, hidesUsage: Bool, candidateCount: Int = 1) {
        self.codec = codec
        self.candidateCount = candidateCount
        marks = codec.streamMarks
        self.echo = echo
        self.hidesUsage = hidesUsage
        probe = StreamProbe(codec: codec)
    }

    package var uncounted: OutputMeter? { meter }
    package var isCommitted: Bool { probe == nil }
    package var isOver: Bool { hasEnded }

    package mutating func take(_ bytes: [UInt8], into output: inout [UInt8]) {
        if probe?.take(bytes) == true {
            failure = probe?.failure
            replyID = probe?.replyID
            probe = nil
        }
        let relayed = relay(bytes)
        if output.isEmpty { output = relayed } else { output += relayed }
    }

    package mutating func end(into output: inout [UInt8]) {
        guard !hasEnded else { return }
        if let told = failure ?? closingFailure {
            // Also before a terminator: some services mark the end of a stream that failed like any other.
            failure = told
            hasEnded = true
        } else if isComplete {
            hasEnded = true
        } else if let substitute = marks.substitute, finished.count >= candidateCount {
            output += substitute.frame
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
        var encoder = codec.makeStreamEncoder(for: echo)
        if let frame = Self.frame(in: lastFrame[...]) { encoder.resume(after: frame) }
        encoder.encode(.failed(failure), into: &output)
    }

    /// The bytes that may go on now; empty while a frame is incomplete.
    private mutating func relay(_ bytes: [UInt8]) -> [UInt8] {
        var input = bytes
        if !tail.isEmpty {
            input = tail
            tail = []
            input += bytes
        }
        var hidden: [Range<Int>] = []
        let end = input.withUnsafeBytes { inspectFrames(in: $0, hidden: &hidden) }
        if end == input.count && hidden.isEmpty { return input }
        if input.count - end > Self.maxFrameBytes && hidden.isEmpty {
            search = LineSearch()
            return input
        }
        if end == 0 {
            tail = input
            return []
        }
        tail = Array(input[end...])
        guard !hidden.isEmpty else { return Array(input[..<end]) }
        var output: [UInt8] = []
        var place = 0
        for range in hidden {
            output += input[place..<range.lowerBound]
            place = range.upperBound
        }
        return output + input[place..<end]
    }

    /// The error that the provider told in its last frame, already passed on; nil when it ended without one.
    private var closingFailure: ProviderFailure? {
        let mentionsError = lastFrame.withUnsafeBytes { ByteSearch.first(of: Self.errorKey, in: $0) != nil }
        guard mentionsError, let frame = Self.frame(in: lastFrame[...]) else { return nil }
        var decoder = codec.makeStreamDecoder()
        var events: [StreamEvent] = []
        // A frame that cannot be decoded tells no error; the end without terminator is then the failure.
        try? decoder.decode(frame, into: &events)
        for case .failed(let failure) in events { return failure }
        return nil
    }

    /// Looks at each whole frame and returns where the last one ends. `search` is then that of the rest.
    private mutating func inspectFrames(in bytes: UnsafeRawBufferPointer, hidden: inout [Range<Int>]) -> Int {
        var frameStart = 0
        var last = 0..<0
        while let lineEnd = ByteSearch.firstLineEnd(in: bytes, from: search.place) {
            search.place = lineEnd
            var next = lineEnd + 1
            if bytes[lineEnd] == 13 {
                // An LF that comes next belongs to the line's end, and is no empty line.
                if next == bytes.count && lineEnd > search.lineStart { break }
                if next < bytes.count && bytes[next] == 10 { next += 1 }
            }
            if lineEnd == search.lineStart {
                if lineEnd > frameStart {
                    let frame = UnsafeRawBufferPointer(rebasing: bytes[frameStart..<next])
                    let isEnd = !isComplete && isTerminator(frame)
                    if isEnd { isComplete = true }
                    if inspect(frame) { hidden.append(frameStart..<next) }
                    if !isEnd { last = frameStart..<next }
                }
                frameStart = next
            }
            search = LineSearch(lineStart: next, place: next)
        }
        if search.place >= bytes.count || bytes[search.place] != 13 { search.place = bytes.count }
        search.lineStart -= frameStart
        search.place -= frameStart
        if !last.isEmpty { lastFrame = Array(bytes[last]) }
        return frameStart
    }

    /// Takes note of one frame; true when the client must not see it.
    private mutating func inspect(_ frame: UnsafeRawBufferPointer) -> Bool {
        if let substitute = marks.substitute { noteFinished(in: frame, by: substitute) }
        if let output = ByteSearch.first(of: marks.outputKey, in: frame) {
            meter.add(valueIn: frame, from: output + marks.outputKey.count)
        }
        guard let key = ByteSearch.first(of: marks.usageKey, in: frame),
            !Self.isNull(after: key + marks.usageKey.count, in: frame),
            let data = Self.frame(in: Array(frame)[...])?.data,
            // Usage is read beside the stream: a frame that is no JSON is the client's to judge.
            let body = try? JSONPeek(data), let reported = codec.countUsage(in: body)
        else { return false }
        if reported.output != nil { meter.reset() }
        if usage == nil { usage = reported } else { usage?.update(with: reported) }
        guard hidesUsage, let choices = body["choices"], choices.kind == .array else { return false }
        return body.elements(of: choices).isEmpty
    }

    private mutating func noteFinished(in frame: UnsafeRawBufferPointer, by substitute: StreamMarks.Substitute) {
        guard let key = ByteSearch.first(of: substitute.key, in: frame),
            !Self.isNull(after: key + substitute.key.count, in: frame),
            let data = Self.frame(in: Array(frame)[...])?.data,
            // A frame that is no JSON finishes nothing.
            let body = try? JSONPeek(data)
        else { return }
        // A provider cannot make this grow: what was asked for is enough.
        for index in substitute.finished(body) where finished.count < candidateCount { finished.insert(index) }
    }

    private func isTerminator(_ frame: UnsafeRawBufferPointer) -> Bool {
        switch marks.terminator {
        case .dataPrefix(let prefix):
            // Asked of every frame: the first byte of the data tells nearly all apart.
            guard frame.count > 6 else { return false }
            let data = frame[5] == UInt8(ascii: " ") ? 6 : 5
            guard frame[data] == prefix.first, frame.starts(with: "data:".utf8) else { return false }
            return frame[data...].starts(with: prefix)
        case .token(let token, let confirmed):
            guard ByteSearch.first(of: token, in: frame) != nil, let data = Self.frame(in: Array(frame)[...])?.data,
                // A frame that is no JSON ends nothing.
                let body = try? JSONPeek(data)
            else { return false }
            return confirmed(body)
        }
    }

    private static func frame(in bytes: ArraySlice<UInt8>) -> Frame? {
        var decoder = SSEDecoder()
        decoder.append(bytes)
        // Only a frame over the limit throws, and such a one tells nothing worth noting.
        return try? decoder.next()
    }

    /// Whether `: null` follows, as on every frame of an OpenAI stream but the last.
    private static func isNull(after place: Int, in frame: UnsafeRawBufferPointer) -> Bool {
        var place = place
        while place < frame.count, frame[place] == UInt8(ascii: ":") || frame[place] == UInt8(ascii: " ") { place += 1 }
        return place < frame.count && frame[place] == UInt8(ascii: "n")
    }
}

/// How far the bytes of a frame under way have been searched for the ends of its lines.
private struct LineSearch {
    var lineStart = 0
    var place = 0
}

/// Decodes the opening of a stream that is relayed, to see whether it is an answer at all.
private struct StreamProbe {
    private var framing = SSEDecoder()
    private var decoder: any StreamDecoder
    private var observation = StreamObservation()
    private(set) var replyID: String?

    init(codec: any WireCodec) {
        decoder = codec.makeStreamDecoder()
    }

    var failure: ProviderFailure? { observation.failure }

    /// True once the answer is committed or has failed.
    mutating func take(_ bytes: [UInt8]) -> Bool {
        framing.append(bytes[...])
        var events: [StreamEvent] = []
        do {
            while !observation.hasContent, !observation.isOver, let frame = try framing.next() {
                events.removeAll(keepingCapacity: true)
                try decoder.decode(frame, into: &events)
                for event in events {
                    observation.note(event)
                    if case .began(let head) = event { replyID = head.id }
                }
            }
        } catch {
            observation.note(.failed(ProviderFailure(stream: error)))
        }
        return observation.hasContent || observation.isOver
    }
}

extension ProviderFailure {
    /// The stream stopped without the terminator of its format.
    package static var endedEarly: ProviderFailure {
        ProviderFailure(
            kind: .truncated, status: 502, message: "The provider ended its stream before the answer was complete.")
    }
}
