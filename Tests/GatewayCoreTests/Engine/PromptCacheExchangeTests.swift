import Testing

@testable import GatewayCore

struct PromptCacheExchangeTests {
    private static let prompt = "You are kind, and you answer from the handbook."
    private static let reply =
        #"{"id":"m","type":"message","role":"assistant","model":"a-1","content":[{"type":"text","text":"Hi"}],"#
        + #""stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}"#

    private func bench(replies: Int = 1) throws -> GatewayBench {
        let steps = Array(repeating: ScriptedTransport.Step.reply(status: 200, body: [Self.reply]), count: replies)
        return try GatewayBench(ScriptedTransport(steps: steps)) { configuration in
            for index in configuration.providers.indices {
                configuration.providers[index].instances[0].cache = PromptCacheConfiguration(
                    marksSystem: true, minSystemTokens: 4, marksTools: true)
            }
        }
    }

    @Test("PITFALLS 18: a relay is marked in its bytes, and keeps all others")
    func marksRelays() async throws {
        let bench = try bench()
        let rest = #""max_tokens" : 1.0e3,"tools":[{"input_schema":{"b":1,"a":2},"name":"f""#
        _ = await bench.answer(
            .anthropic, #"{"model":"a-1", \#(rest)}], "system" : "\#(Self.prompt)","messages":[]}"#)
        #expect(
            String(decoding: bench.transport.requests[0].body, as: UTF8.self)
                == #"{"model":"a-1", \#(rest),"cache_control":{"type":"ephemeral"}}], "#
                + #""system" : [{"type":"text","text":"\#(Self.prompt)","cache_control":{"type":"ephemeral"}}],"#
                + #""messages":[]}"#)
    }

    @Test func marksTranslatedRequests() async throws {
        let bench = try bench()
        _ = await bench.answer(
            .openAI,
            #"{"model":"a-1","messages":[{"role":"system","content":"\#(Self.prompt)"},"#
                + #"{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}"#)
        let sent = try JSONValue(parsing: bench.transport.requests[0].body)
        #expect(sent["system"]?[0]?["cache_control"] == ["type": "ephemeral"])
        #expect(sent["tools"]?[0]?["cache_control"] == ["type": "ephemeral"])
        #expect(sent["messages"]?[0]?["content"] == "Hi")
    }

    @Test func marksRequestsOfPrograms() async throws {
        let bench = try bench()
        let request = ChatRequest(
            model: "a-1", messages: [Message(role: .system, parts: [.text(Self.prompt)]), .user("Hi")])
        let result = await bench.clock.run { [gateway = bench.gateway] in
            do { return Result<ChatReply, any Error>.success(try await gateway.chat(request)) } catch {
                return .failure(error)
            }
        }
        #expect(try result.get().text == "Hi")
        let sent = try JSONValue(parsing: bench.transport.requests[0].body)
        #expect(sent["system"]?[0]?["cache_control"] == ["type": "ephemeral"])
    }

    @Test("PITFALLS 18: the marks of a translated request win over automatic ones")
    func leavesTranslatedMarks() async throws {
        let bench = try bench()
        _ = await bench.answer(
            .openAI,
            #"{"model":"a-1","messages":[{"role":"system","content":"\#(Self.prompt)"},"#
                + #"{"role":"user","content":"Hi","cache_control":{"type":"ephemeral","ttl":"1h"}}]}"#)
        let sent = try JSONValue(parsing: bench.transport.requests[0].body)
        #expect(sent["system"] == .string(Self.prompt))
        #expect(sent["messages"]?[0]?["content"]?[0]?["cache_control"] == ["type": "ephemeral", "ttl": "1h"])
    }

    @Test("PITFALLS 18: providers without breakpoints get none")
    func marksNothingElsewhere() async throws {
        let bench = try bench()
        let body = #"{"model":"o-1","messages":[{"role":"system","content":"\#(Self.prompt)"}]}"#
        _ = await bench.answer(.openAI, body)
        #expect(String(decoding: bench.transport.requests[0].body, as: UTF8.self) == body)
    }
}
