extension CompletionsCodec {
    package func encodeRequest(
        _ request: ChatRequest, for target: ConversionTarget, notes: inout [ConversionNote]
    ) throws(ConversionError) -> JSONObject {
        var writer = CompletionsRequestWriter(request, for: target)
        let body = try writer.write()
        notes += writer.notes
        return body
    }
}

/// Writes one request, collecting the notes of what it could not carry.
struct CompletionsRequestWriter {
    let request: ChatRequest
    let target: ConversionTarget
    var notes: [ConversionNote] = []

    init(_ request: ChatRequest, for target: ConversionTarget) {
        self.request = request
        self.target = target
    }

    mutating func write() throws(ConversionError) -> JSONObject {
        let prompt = CompletionsPrompt(request)
        notes += prompt.notes
        guard !prompt.text.isEmpty || request.messages.contains(where: { $0.role == .user }) else {
            throw ConversionError("/messages", "holds nothing that a prompt can say")
        }
        var body: JSONObject = ["model": .string(target.model), "prompt": .string(prompt.text)]
        writeLimits(&body, turnMark: prompt.turnMark)
        writeSampling(&body)
        if request.repeatsPrompt { body.append("echo", true) }
        if request.isStreaming { body.append("stream", true) }
        if request.isStreaming, request.wantsStreamUsage { body.append("stream_options", ["include_usage": true]) }
        noteWhatATextCannotSay()
        writeEndUser(&body)
        var extras = request.extras.fields(for: .completions, at: "", notes: &notes)
        if !request.isStreaming { extras.removeValue(forKey: "stream_options") }
        body.append(extras: extras)
        return body
    }

    private mutating func note(
        _ action: ConversionNote.Action, _ pointer: String, _ message: String,
        level: ConversionNote.Level = .warning
    ) {
        notes.append(ConversionNote(action, pointer, message, level: level))
    }

    /// - Parameter turnMark: what begins the user's next turn in a transcript; the model must not write it itself.
    private mutating func writeLimits(_ body: inout JSONObject, turnMark: String?) {
        body.append("max_tokens", ifPresent: request.maxOutputTokens.map { .number(JSONNumber(max(0, $0))) })
        var stop = request.stopSequences
        if stop.count > 4 {
            note(.clipped, "/stop", "OpenAI Completions takes four stop sequences; the others are left out.")
            stop = Array(stop.prefix(4))
        }
        if let turnMark, stop.count < 4 { stop.append(turnMark) }
        if !stop.isEmpty { body.append("stop", .array(stop.map { .string($0) })) }
    }

    private mutating func writeSampling(_ body: inout JSONObject) {
        let sampling = request.sampling
        write("temperature", sampling.temperature, 0...2, &body)
        write("top_p", sampling.topP, 0...1, &body)
        write("presence_penalty", sampling.presencePenalty, -2...2, &body)
        write("frequency_penalty", sampling.frequencyPenalty, -2...2, &body)
        if let topK = sampling.topK {
            if request.extras?.origin == .completions {
                body.append("top_k", .number(topK))
            } else {
                note(.dropped, "/top_k", "OpenAI Completions has no top_k.")
            }
        }
        body.append("seed", ifPresent: sampling.seed.map { .number($0) })
        body.append("n", ifPresent: sampling.candidateCount.map { .number(JSONNumber($0)) })
        body.append("logit_bias", ifPresent: sampling.logitBias.map { .object($0) })
        guard sampling.wantsLogprobs == true else { return }
        let count = sampling.topLogprobs ?? 0
        if count > 5 { note(.clipped, "/top_logprobs", "OpenAI Completions gives at most 5 alternatives.") }
        body.append("logprobs", .number(JSONNumber(min(count, 5))))
    }

    private mutating func write(
        _ key: String, _ number: JSONNumber?, _ range: ClosedRange<Double>, _ body: inout JSONObject
    ) {
        guard let number, let value = number.double else { return }
        guard !range.contains(value) else {
            body.append(key, .number(number))
            return
        }
        let nearest = value < range.lowerBound ? range.lowerBound : range.upperBound
        note(.clipped, "/\(key)", "OpenAI Completions takes \(Int(range.lowerBound)) to \(Int(range.upperBound)).")
        body.append(key, .number(JSONNumber(Int(nearest))))
    }

    private mutating func noteWhatATextCannotSay() {
        if !request.tools.isEmpty { note(.dropped, "/tools", "OpenAI Completions knows no tools.") }
        if request.toolChoice != nil { note(.dropped, "/tool_choice", "OpenAI Completions knows no tools.") }
        if request.parallelToolCalls != nil {
            note(.dropped, "/parallel_tool_calls", "OpenAI Completions knows no tools.", level: .info)
        }
        if let reasoning = request.reasoning {
            note(.dropped, "/reasoning", "OpenAI Completions has no reasoning settings.")
            _ = reasoning.extras.fields(for: .completions, at: "/reasoning", notes: &notes)
        }
        switch request.serviceTier {
        case nil, "auto"?, "unspecified"?: break
        case "default"?, "standard_only"?, "standard"?:
            note(.dropped, "/service_tier", "OpenAI Completions has one service tier, the usual.", level: .info)
        case _?: note(.dropped, "/service_tier", "OpenAI Completions has no service tiers.")
        }
    }

    private mutating func writeEndUser(_ body: inout JSONObject) {
        guard let user = request.endUser else { return }
        let fitting = OpenAICodec.endUserRule.fitting(user)
        if fitting != user { note(.changed, "/user", "The user's name was too long and is shortened.", level: .info) }
        body.append("user", .string(fitting))
    }
}
