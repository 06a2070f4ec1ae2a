import Testing

@testable import GatewayCore

@Suite struct AnthropicEncodeCacheTests {
    private func text(_ text: String, _ lifetime: CacheBreakpoint.Lifetime?) -> ContentPart {
        var part = TextPart(text)
        part.cache = CacheBreakpoint(lifetime: lifetime)
        return .text(part)
    }

    private func cached(_ encoded: AnthropicTest.Encoded) -> [String] {
        (encoded.body["messages"]?[0]?["content"]?.array ?? []).compactMap { block in
            block["cache_control"] == nil ? nil : block["text"]?.string
        }
    }

    @Test("PITFALLS 18: breakpoints are kept on every kind of block")
    func breakpointsAreKept() throws {
        var tool = FunctionTool(name: "f")
        tool.cache = CacheBreakpoint(lifetime: .oneHour)
        let messages = [Message(role: .system, parts: [text("S", .oneHour)]), .user([text("U", nil)])]
        let request = ChatRequest(model: "m", messages: messages, tools: [.function(tool)], maxOutputTokens: 9)
        let encoded = try AnthropicTest.encode(request)
        #expect(encoded.body["tools"]?[0]?["cache_control"] == ["type": "ephemeral", "ttl": "1h"])
        #expect(encoded.body["system"]?[0]?["cache_control"] == ["type": "ephemeral", "ttl": "1h"])
        #expect(encoded.body["messages"]?[0]?["content"]?[0]?["cache_control"] == ["type": "ephemeral"])
        #expect(encoded.notes.isEmpty)
    }

    @Test("PITFALLS 18: of more than four breakpoints the latest stay, with a warning")
    func atMostFour() throws {
        let encoded = try AnthropicTest.encode([.user((1...6).map { text("t\($0)", nil) })])
        #expect(cached(encoded) == ["t3", "t4", "t5", "t6"])
        #expect(encoded.warnings == ["/cache_control"])
    }

    @Test("PITFALLS 18: the automatic breakpoint counts, too")
    func theTopLevelCounts() throws {
        var request = ChatRequest(
            model: "m", messages: [.user((1...4).map { text("t\($0)", nil) })], maxOutputTokens: 9)
        request.extras = Extras(origin: .anthropic, fields: ["cache_control": ["type": "ephemeral"]])
        #expect(cached(try AnthropicTest.encode(request)) == ["t2", "t3", "t4"])
    }

    @Test("PITFALLS 18: an hour after five minutes becomes five minutes")
    func longBeforeShort() throws {
        let encoded = try AnthropicTest.encode([.user([text("a", .oneHour), text("b", nil), text("c", .oneHour)])])
        let content = encoded.body["messages"]?[0]?["content"]
        #expect(content?[0]?["cache_control"]?["ttl"] == "1h")
        #expect(content?[2]?["cache_control"]?["ttl"] == "5m")
        #expect(encoded.has(.changed, "/cache_control"))
    }

    @Test func breakpointsInsideResultsCount() throws {
        let inner = (1...4).map { text("t\($0)", nil) }
        var result = ToolResult(callID: "c", content: inner)
        result.cache = CacheBreakpoint()
        let encoded = try AnthropicTest.encode([
            .user("x"), Message(role: .assistant, parts: [.toolCall(ToolCall(id: "c", name: "f", arguments: ""))]),
            Message(role: .tool, parts: [.toolResult(result)]),
        ])
        let block = encoded.body["messages"]?[2]?["content"]?[0]
        #expect(block?["cache_control"] != nil)
        #expect(block?["content"]?[0]?["cache_control"] == nil)
        #expect(block?["content"]?[1]?["cache_control"] != nil)
    }
}
