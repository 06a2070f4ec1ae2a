import Testing

@testable import GatewayCore

struct ReasoningMemoryTests {
    private let store = ReasoningStore(ReasoningConfiguration(), clock: VirtualTime())

    private func memory(
        _ format: WireFormat? = .openAI, instance: String = "i", model: String = "m"
    ) -> ReasoningMemory {
        ReasoningMemory(store: store, client: "a", format: format, provider: "p", model: model, instance: instance)
    }

    private func thought(_ text: String, _ origin: WireFormat = .anthropic) -> ContentPart {
        .reasoning(ReasoningPart(text: text, signature: Signature(origin: origin, value: "proof of \(text)")))
    }

    private func call(_ id: String, signature: String? = nil) -> ContentPart {
        var call = ToolCall(id: id, name: "f", arguments: "{}")
        call.signature = signature.map { Signature(origin: .gemini, value: $0) }
        return .toolCall(call)
    }

    private func request(_ parts: [ContentPart]) -> ChatRequest {
        ChatRequest(model: "m", messages: [.user("Hi"), Message(role: .assistant, parts: parts)])
    }

    private func recalled(_ parts: [ContentPart], by memory: ReasoningMemory) -> [ContentPart] {
        var request = request(parts)
        _ = memory.recall(into: &request)
        return request.messages[1].parts
    }

    @Test("PITFALLS 14: thoughts come back in front of the turn that called")
    func putsThoughtsBack() {
        memory().keep([thought("a"), .text("Let me see."), call("1"), call("2")])
        #expect(
            recalled([.text("Let me see."), call("1"), call("2")], by: memory())
                == [thought("a"), .text("Let me see."), call("1"), call("2")])
        #expect(recalled([call("2")], by: memory()) == [call("2")])
    }

    @Test("PITFALLS 15: reasoning keeps its place before the call that follows it")
    func keepsThePlaceOfEachThought() {
        let turn = [thought("a", .responses), call("1"), thought("b", .responses), thought("c", .responses), call("2")]
        memory().keep(turn)
        #expect(recalled([call("1"), call("2")], by: memory()) == turn)
    }

    @Test("PITFALLS 15: Gemini's signature comes back to its own call")
    func putsCallSignaturesBack() {
        memory().keep([call("1", signature: "s"), call("2")])
        #expect(recalled([call("1"), call("2")], by: memory()) == [call("1", signature: "s"), call("2")])
        #expect(recalled([call("1", signature: "own")], by: memory()) == [call("1", signature: "own")])
    }

    @Test("PITFALLS 14: nothing is made up for another model, nor for what was not seen")
    func invents() {
        memory().keep([thought("a"), call("1")])
        #expect(recalled([call("1")], by: memory(model: "other")) == [call("1")])
        #expect(recalled([call("3")], by: memory()) == [call("3")])
        #expect(recalled([.text("Hi")], by: memory()) == [.text("Hi")])
    }

    @Test func replacesTextThatCameWithoutProof() {
        memory().keep([thought("a"), call("1")])
        #expect(
            recalled([.reasoning(ReasoningPart(text: "a")), call("1")], by: memory()) == [thought("a"), call("1")])
    }

    @Test func leavesProofOfTheClientsOwn() {
        memory().keep([thought("a"), call("1")])
        #expect(recalled([thought("b"), call("1")], by: memory()) == [thought("b"), call("1")])
    }

    @Test func keepsRedactedThoughts() {
        let redacted = ContentPart.reasoning(
            ReasoningPart(text: "", redacted: Signature(origin: .anthropic, value: "r")))
        memory().keep([redacted, call("1")])
        #expect(recalled([call("1")], by: memory()) == [redacted, call("1")])
    }

    @Test("Encrypted reasoning of OpenAI is for the account that got it")
    func keepsAccountsApart() {
        memory().keep([thought("a", .responses), call("1")])
        #expect(recalled([call("1")], by: memory(instance: "other")) == [call("1")])
        memory().keep([thought("a"), call("2")])
        #expect(recalled([call("2")], by: memory(instance: "other")) == [thought("a"), call("2")])
    }

    @Test func keepsNothingThatTheClientHolds() {
        memory(.anthropic).keep([thought("a"), call("1")])
        memory(.converse).keep([thought("a"), call("1")])
        memory(.responses).keep([thought("a"), call("1")])
        memory(.gemini).keep([thought("a", .gemini), call("1", signature: "s")])
        memory().keep([.reasoning(ReasoningPart(text: "no proof")), call("1")])
        memory().keep([thought("a"), .text("no call")])
        #expect(store.load.count == 0)
        memory(.anthropic).keep([thought("a", .gemini), call("1")])
        memory(.responses).keep([call("2", signature: "s")])
        memory(nil).keep([thought("a"), call("3")])
        #expect(store.load.count == 3)
    }

    @Test func tellsWhereThePartsStoodBefore() {
        memory().keep([thought("a"), thought("b"), call("1"), thought("c"), call("2")])
        var request = request([.text("Hi"), call("1"), call("2")])
        let places = memory().recall(into: &request)
        #expect(places.clientPointer("/messages/1/content/2") == "/messages/1/content/0")
        #expect(places.clientPointer("/messages/1/content/3/arguments") == "/messages/1/content/1/arguments")
        #expect(places.clientPointer("/messages/1/content/5") == "/messages/1/content/2")
        #expect(places.clientPointer("/messages/1/content/0") == "/messages/1")
        #expect(places.clientPointer("/messages/0/content/0") == "/messages/0/content/0")
        #expect(places.clientPointer("/max_tokens") == "/max_tokens")
    }

    // MARK: Streams

    @Test func gathersThoughtsFromStreams() {
        let collector = ThoughtCollector(memory())
        let (thinking, text, first) = (PartID(index: 0), PartID(index: 1), PartID(index: 2))
        let proof = Signature(origin: .anthropic, value: "s")
        let signature = Signature(origin: .gemini, value: "g")
        for event: StreamEvent in [
            .began(ReplyHead()), .opened(thinking, .reasoning), .appended(thinking, .text("a")),
            .opened(text, .text), .appended(text, .text("Hi")), .appended(thinking, .text("b")),
            .appended(thinking, .signature(proof)), .closed(thinking), .closed(text),
            .opened(first, .toolCall(id: "1", name: "f")), .appended(first, .arguments("{}")),
            .appended(first, .signature(signature)), .closed(first),
        ] { collector.note(event) }
        #expect(store.load.count == 0)
        collector.note(.stopped(candidate: 0, .toolUse))
        #expect(
            recalled([call("1")], by: memory())
                == [.reasoning(ReasoningPart(text: "ab", signature: proof)), call("1", signature: "g")])
    }

    @Test func keepsNothingOfStreamsThatFail() {
        let collector = ThoughtCollector(memory())
        collector.note(.opened(PartID(index: 0), .toolCall(id: "1", name: "f")))
        collector.note(.appended(PartID(index: 0), .signature(Signature(origin: .gemini, value: "g"))))
        collector.note(.failed(.endedEarly))
        #expect(store.load.count == 0)
    }

    @Test func givesUpOnThoughtsWithoutEnd() {
        let collector = ThoughtCollector(memory())
        collector.note(.opened(PartID(index: 0), .reasoning))
        let piece = String(repeating: "x", count: 100_000)
        for _ in 0..<20 { collector.note(.appended(PartID(index: 0), .text(piece))) }
        collector.note(.appended(PartID(index: 0), .signature(Signature(origin: .anthropic, value: "s"))))
        collector.note(.opened(PartID(index: 1), .toolCall(id: "1", name: "f")))
        collector.note(.stopped(candidate: 0, .toolUse))
        #expect(store.load.count == 0)
    }
}
