/// Tells a client that asked for it, in the last event of its stream, what the answer used and cost: the member `x-gateway`.
///
/// Streams that end in `[DONE]` get a chunk of their own before it, Gemini's one at their end; the last event of the others has
/// the member. Only for server-sent events; nothing is told of an answer that broke off.
package struct UsageTellingPipe: StreamPipe {
    private var pipe: any StreamPipe
    private let place: Place
    private let tell: @Sendable (TokenUsage?) -> JSONObject
    /// What the first frame with data says of the reply, which a chunk of our own repeats.
    private var head: JSONObject?
    private var hasTold = false

    /// Longer ones are not looked at for their head.
    private static let maxFirstBytes = 64 << 10

    /// Where the member goes.
    private enum Place {
        /// In a chunk before the first line that begins with one of these.
        case before([[UInt8]])
        /// Into the data after the first line that begins with one of these.
        case inside([[UInt8]])
        /// In a chunk at the end.
        case after
    }

    /// - Parameters:
    ///   - format: the client's.
    ///   - tell: makes what is told of the tokens used.
    package init(
        _ pipe: any StreamPipe, format: WireFormat, tell: @escaping @Sendable (TokenUsage?) -> JSONObject
    ) {
        self.pipe = pipe
        self.tell = tell
        func lines(_ field: String, _ value: String) -> [[UInt8]] {
            ["\(field): \(value)", "\(field):\(value)"].map { Array($0.utf8) }
        }
        place =
            switch format {
            case .openAI, .completions: .before(lines("data", "[DONE]"))
            case .anthropic: .inside(lines("event", "message_stop"))
            case .responses:
                .inside(lines("event", "response.completed") + lines("event", "response.incomplete"))
            case .gemini, .converse: .after
            }
    }

    package var replyID: String? { pipe.replyID }
    package var usage: TokenUsage? { pipe.usage }
    package var uncounted: OutputMeter? { pipe.uncounted }
    package var failure: ProviderFailure? { pipe.failure }
    package var isCommitted: Bool { pipe.isCommitted }
    package var isOver: Bool { pipe.isOver }
    package var breakOff: ProviderFailure? { pipe.breakOff }
    package var translator: StreamTranslator? { pipe.translator }

    package mutating func giveUp(into output: inout [UInt8]) {
        pipe.giveUp(into: &output)
    }

    package mutating func take(_ bytes: [UInt8], into output: inout [UInt8]) {
        pass(to: &output) { pipe, output in pipe.take(bytes, into: &output) }
    }

    package mutating func end(into output: inout [UInt8]) {
        pass(to: &output) { pipe, output in pipe.end(into: &output) }
    }

    package mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        pipe.fail(failure, into: &output)
    }

    /// The inner pipe writes whole frames.
    private mutating func pass(
        to output: inout [UInt8], _ work: (inout any StreamPipe, inout [UInt8]) -> Void
    ) {
        var written: [UInt8] = []
        work(&pipe, &written)
        if head == nil, !written.isEmpty { head = Self.head(in: written.prefix(Self.maxFirstBytes)) }
        if !hasTold, pipe.failure == nil { tell(in: &written) }
        output += written
    }

    private mutating func tell(in frames: inout [UInt8]) {
        switch place {
        case .before(let marks):
            guard let line = Self.line(beginningWith: marks, in: frames) else { return }
            frames.insert(contentsOf: chunk(), at: line)
        case .inside(let marks):
            guard let line = Self.line(beginningWith: marks, in: frames),
                let brace = frames[line...].firstIndex(of: UInt8(ascii: "{"))
            else { return }
            let member = JSONValue.object(["x-gateway": .object(tell(pipe.usage))]).serialized()
            // Without its braces, before the members that are there.
            let isEmpty = frames[(brace + 1)...].first == UInt8(ascii: "}")
            frames.insert(
                contentsOf: member.dropFirst().dropLast() + (isEmpty ? [] : [UInt8(ascii: ",")]), at: brace + 1)
        case .after:
            guard pipe.isOver else { return }
            frames += chunk()
        }
        hasTold = true
    }

    /// With the head that all chunks of the stream have.
    private func chunk() -> [UInt8] {
        var object = JSONObject()
        for key in ["id", "object", "created", "model", "responseId", "modelVersion"] {
            object.append(key, ifPresent: head?[key])
        }
        if case .before = place { object.append("choices", .array([])) }
        object.append("x-gateway", .object(tell(pipe.usage)))
        return Array("data: ".utf8) + JSONValue.object(object).serialized() + Array("\n\n".utf8)
    }

    private static func head(in frames: ArraySlice<UInt8>) -> JSONObject? {
        var decoder = SSEDecoder()
        decoder.append(frames)
        // A frame that is cut or no JSON has no head to repeat.
        while let frame = try? decoder.next() {
            if let object = try? JSONValue(parsing: frame.data).object { return object }
        }
        return nil
    }

    private static func line(beginningWith marks: [[UInt8]], in frames: [UInt8]) -> Int? {
        frames.withUnsafeBytes { bytes in
            for mark in marks {
                var start = 0
                while let found = ByteSearch.first(of: mark, in: bytes, from: start) {
                    if found == 0 || bytes[found - 1] == UInt8(ascii: "\n") { return found }
                    start = found + 1
                }
            }
            return nil
        }
    }
}
