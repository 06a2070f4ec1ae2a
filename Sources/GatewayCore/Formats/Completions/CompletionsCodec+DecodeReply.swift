extension CompletionsCodec {
    package func decodeReply(_ body: JSONObject) throws(ConversionError) -> ChatReply {
        var fields = FieldReader(body)
        var reply = ChatReply()
        fields.skip("object")
        reply.id = fields.value("id")?.string.flatMap { $0.isEmpty ? nil : $0 }
        reply.created = fields.value("created")?.int
        reply.model = fields.value("model")?.string.flatMap { $0.isEmpty ? nil : $0 }
        for (position, reader) in try fields.readers("choices").enumerated() {
            var choice = reader
            var candidate = Candidate(index: choice.value("index")?.int ?? position)
            let text = try choice.string("text")
            if !text.isEmpty { candidate.parts = [.text(text)] }
            candidate.stop = choice.value("finish_reason")?.string.map(stopReason)
            candidate.logprobs = choice.value("logprobs")?.object.map(decodeLogprobs)
            candidate.extras = choice.rest(origin: format)
            reply.candidates.append(candidate)
        }
        reply.usage = fields.value("usage")?.object.map { chat.decodeUsage($0) }
        reply.extras = fields.rest(origin: format)
        return reply
    }

    /// Never fails: a token without a number, such as the first of an echoed prompt, is left out.
    func decodeLogprobs(_ object: JSONObject) -> Logprobs {
        let tokens = object["tokens"]?.array ?? []
        let chosen = object["token_logprobs"]?.array ?? []
        let top = object["top_logprobs"]?.array ?? []
        let offsets = object["text_offset"]?.array ?? []
        var positions: [Logprobs.Position] = []
        for (index, (token, logprob)) in zip(tokens, chosen).enumerated() {
            guard let token = token.string, let logprob = logprob.number else { continue }
            var position = Logprobs.Position(chosen: Logprobs.Entry(token: token, logprob: logprob), top: [])
            for member in index < top.count ? top[index].object?.members ?? [] : [] {
                guard let logprob = member.value.number else { continue }
                position.top.append(Logprobs.Entry(token: member.key, logprob: logprob))
            }
            position.offset = index < offsets.count ? offsets[index].int : nil
            positions.append(position)
        }
        return Logprobs(positions: positions)
    }
}
