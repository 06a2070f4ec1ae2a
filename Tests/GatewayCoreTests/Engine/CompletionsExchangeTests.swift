import Testing

@testable import GatewayCore

/// The Completions API before providers that only chat.
struct CompletionsExchangeTests {
    private static let reply =
        #"{"id":"x","object":"chat.completion","created":1,"model":"o-1","choices":[{"index":0,"#
        + #""message":{"role":"assistant","content":" world","refusal":null},"finish_reason":"stop","logprobs":null}]}"#
    private static let stream = [
        #"data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"o-1","choices":[{"index":0,"#
            + #""delta":{"role":"assistant","content":" wor"},"logprobs":null,"finish_reason":null}]}"# + "\n\n",
        #"data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"o-1","choices":[{"index":0,"#
            + #""delta":{"content":"ld"},"logprobs":null,"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n",
    ]

    private func bench(_ pieces: [String]) throws -> GatewayBench {
        try GatewayBench(ScriptedTransport(.reply(status: 200, body: pieces)))
    }

    @Test func asksTheChatModel() async throws {
        let bench = try bench([Self.reply])
        let answer = await bench.answer(
            .completions, #"{"model":"o-1","prompt":["Hello"],"max_tokens":7,"suffix":"!"}"#)
        let json = try JSONValue(parsing: await answer.text)
        #expect(json["object"] == "text_completion")
        #expect(json["choices"]?[0]?["text"] == " world")
        let sent = try JSONValue(parsing: bench.transport.requests[0].body)
        #expect(sent["messages"]?[0]?["content"] == "Hello")
        #expect(sent["max_completion_tokens"] == 7)
        #expect(answer.headers["x-llm-gateway-warnings"]?.contains("/suffix") == true)
    }

    @Test(arguments: [false, true])
    func repeatsThePromptItself(isStreaming: Bool) async throws {
        let bench = try bench(isStreaming ? Self.stream : [Self.reply])
        let answer = await bench.answer(
            .completions, #"{"model":"o-1","prompt":"Hello","echo":true,"stream":\#(isStreaming)}"#)
        let text = await answer.text
        #expect(try JSONValue(parsing: bench.transport.requests[0].body)["echo"] == nil)
        guard isStreaming else {
            #expect(try JSONValue(parsing: text)["choices"]?[0]?["text"] == "Hello world")
            return
        }
        let codec = CompletionsCodec()
        #expect(ReplyAccumulator.fold(codec.events(of: Array(text.utf8))).reply.text == "Hello world")
    }

    @Test(arguments: [
        (#"["a","b"]"#, "2 prompts"), ("[1,2,3]", "tokens"), ("[[1,2],[3]]", "tokens"), ("7", "a string"),
        ("null", "required"), ("[]", "0 prompts"),
    ])
    func refusesWhatAChatCannotBeAsked(prompt: String, reason: String) async throws {
        let bench = try bench([Self.reply])
        let answer = await bench.answer(.completions, #"{"model":"o-1","prompt":\#(prompt)}"#)
        #expect(answer.status == 400)
        let error = try JSONValue(parsing: await answer.text)["error"]
        #expect(error?["message"]?.string?.contains(reason) == true)
        #expect(error?["param"] == "/prompt")
        #expect(bench.transport.requests.isEmpty)
    }
}
