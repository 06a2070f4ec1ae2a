import Testing

@testable import GatewayCore

/// PITFALLS 17, over every format that has tools: what a format does not take is written otherwise, unambiguously and the same
/// in each turn, and the client's names come back.
struct ToolIdentifierLawTests {
    private static let formats = WireFormat.allCases.filter { $0 != .completions }.map(\.codec)

    private static let names = [
        "plain_name", String(repeating: "long", count: 40), String(repeating: "long", count: 40) + "er",
        "weather.get:now", "weather/get now", "wetter_für_übermorgen", "1st-tool", "東京", "weather_get_now",
    ]
    private static let ids = [
        "call_1", String(repeating: "i", count: 300), String(repeating: "i", count: 300) + "j", "an id", "an_id",
        "functions.get:0", "ид", "functions_get_0",
    ]

    /// A conversation of so many rounds, each a call and its result.
    private func conversation(rounds: Int) -> ChatRequest {
        var messages: [Message] = []
        for round in 0..<rounds {
            let (name, id) = (Self.names[round], Self.ids[round])
            messages += [
                .user("Go \(round)."),
                Message(role: .assistant, parts: [.toolCall(ToolCall(id: id, name: name, arguments: "{}"))]),
                Message(
                    role: .tool,
                    parts: [.toolResult(ToolResult(callID: id, name: name, content: [.text("result \(round)")]))]),
            ]
        }
        let tools = Self.names.map { Tool.function(FunctionTool(name: $0, parameters: ["type": "object"])) }
        var request = ChatRequest(model: "m", messages: messages, tools: tools, maxOutputTokens: 9)
        request.toolChoice = .named(Self.names[1])
        return request
    }

    /// The request as its provider reads it.
    private func read(_ request: ChatRequest, by codec: any WireCodec) throws -> ChatRequest {
        var notes: [ConversionNote] = []
        let target = ConversionTarget(model: codec.format == .converse ? "anthropic.claude-sonnet-4-5-v1:0" : "m")
        let body = try codec.encodeRequest(request, for: target, notes: &notes)
        return try codec.decodeRequest(body, model: codec.namesModelInBody ? nil : "m")
    }

    @Test(arguments: formats)
    func writesNamesThatTheFormatTakes(_ codec: any WireCodec) throws {
        let read = try read(conversation(rounds: Self.ids.count), by: codec)
        let names = read.tools.compactMap { if case .function(let tool) = $0 { tool.name } else { nil } }
        #expect(names.count == Self.names.count)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy(codec.toolNameRule.allows))
        #expect(names.first == Self.names.first)
        let calls = read.messages.flatMap(\.parts.toolCalls)
        #expect(calls.map(\.name) == Array(names.prefix(calls.count)))
        switch read.toolChoice {
        case .named(let name)?: #expect(name == names[1])
        case .allowed(let allowed, _)?: #expect(allowed == [names[1]])
        default: Issue.record("the choice of a tool was lost")
        }
    }

    @Test(arguments: formats)
    func bringsTheClientsNamesBack(_ codec: any WireCodec) throws {
        let request = conversation(rounds: Self.ids.count)
        let map = request.toolNames(by: codec.toolNameRule)
        let calls = try read(request, by: codec).messages.flatMap(\.parts.toolCalls)
        #expect(calls.map { map.clientName(for: $0.name) } == Array(Self.names.prefix(calls.count)))
    }

    @Test(arguments: formats)
    func keepsCallsAndResultsTogether(_ codec: any WireCodec) throws {
        let read = try read(conversation(rounds: Self.ids.count), by: codec)
        let calls = read.messages.flatMap(\.parts.toolCalls).map(\.id)
        let results = read.messages.flatMap(\.parts).compactMap { part -> String? in
            if case .toolResult(let result) = part { result.callID } else { nil }
        }
        #expect(calls == results)
        #expect(Set(calls).count == Self.ids.count)
        #expect(calls.first == Self.ids.first)
        let rule = codec.format.callIDRule
        #expect(calls.allSatisfy { rule?.allows($0) ?? true })
    }

    @Test(arguments: formats)
    func writesTheSameInEveryTurn(_ codec: any WireCodec) throws {
        let whole = try read(conversation(rounds: Self.ids.count), by: codec).messages.flatMap(\.parts.toolCalls)
        for rounds in 1..<Self.ids.count {
            let calls = try read(conversation(rounds: rounds), by: codec).messages.flatMap(\.parts.toolCalls)
            #expect(calls.map(\.id) == whole.prefix(rounds).map(\.id))
            #expect(calls.map(\.name) == whole.prefix(rounds).map(\.name))
        }
    }

    @Test(
        "PITFALLS 17: of tools of one name the first is sent, and the others are told",
        arguments: [AnthropicCodec() as any WireCodec, ConverseCodec(), GeminiCodec()])
    func sendsEachNameOnce(_ codec: any WireCodec) throws {
        var request = ChatRequest(model: "m", messages: [.user("Hi")], maxOutputTokens: 9)
        request.tools = ["f", "g", "f"].map { .function(FunctionTool(name: $0, parameters: ["type": "object"])) }
        var notes: [ConversionNote] = []
        let body = try codec.encodeRequest(
            request, for: ConversionTarget(model: "anthropic.claude-sonnet-4-5-v1:0"), notes: &notes)
        let tools = try codec.decodeRequest(body, model: codec.namesModelInBody ? nil : "m").tools
        #expect(tools.count == 2)
        #expect(notes.contains { $0.pointer == "/tools/2" && $0.action == .dropped })
    }
}

extension WireFormat {
    /// What calls' identifiers must be; nil where anything is taken.
    fileprivate var callIDRule: IdentifierRule? {
        switch self {
        case .openAI: OpenAICodec.callIDRule
        case .responses: ResponsesCodec.callIDRule
        case .anthropic: AnthropicRequestEncoder.callIDRule
        case .converse: ConverseCodec.callIDRule
        case .completions, .gemini: nil
        }
    }
}
