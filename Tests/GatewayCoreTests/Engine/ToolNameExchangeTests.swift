import Testing

@testable import GatewayCore

struct ToolNameExchangeTests {
    /// A name that Anthropic takes and OpenAI does not.
    private static let longName = String(repeating: "n", count: 100)

    private static func question(streaming: Bool) -> String {
        #"{"model":"o-1","max_tokens":9,"stream":\#(streaming),"messages":[{"role":"user","content":"Hi"}],"#
            + #""tools":[{"name":"\#(longName)","input_schema":{"type":"object"}}]}"#
    }

    private static func call(_ name: String) -> String {
        #""tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"\#(name)","arguments":"{}"}}]"#
    }

    /// The name under which the provider is told of the tool.
    private static func wireName() -> String {
        ToolNameMap([longName], rule: OpenAICodec.toolNameRule).wireName(for: longName)
    }

    @Test("PITFALLS 17: names that had to change come back in replies")
    func bringsNamesBackInReplies() async throws {
        let reply =
            #"{"id":"x","object":"chat.completion","created":1,"model":"o-1","choices":[{"index":0,"message":"#
            + #"{"role":"assistant","content":null,\#(Self.call(Self.wireName()))},"finish_reason":"tool_calls"}]}"#
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [reply])))
        let answer = await bench.answer(.anthropic, Self.question(streaming: false))
        #expect(try JSONValue(parsing: await answer.text)["content"]?[0]?["name"] == .string(Self.longName))
        let sent = try JSONValue(parsing: bench.transport.requests[0].body)
        #expect(sent["tools"]?[0]?["function"]?["name"] == .string(Self.wireName()))
        #expect(Self.wireName().utf8.count <= 64)
    }

    @Test("PITFALLS 17: names that had to change come back in streams")
    func bringsNamesBackInStreams() async throws {
        let head = #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"o-1","choices":[{"index":0,"#
        let stream =
            head + #""delta":{"role":"assistant",\#(Self.call(Self.wireName()))},"finish_reason":null}]}"# + "\n\n"
            + head + #""delta":{},"finish_reason":"tool_calls"}]}"# + "\n\ndata: [DONE]\n\n"
        let bench = try GatewayBench(ScriptedTransport(.reply(status: 200, body: [stream])))
        let text = await bench.answer(.anthropic, Self.question(streaming: true)).text
        #expect(text.contains(#""name":"\#(Self.longName)""#))
        #expect(!text.contains(Self.wireName()))
    }
}
