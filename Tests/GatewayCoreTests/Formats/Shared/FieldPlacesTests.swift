import Testing

@testable import GatewayCore

/// Notes speak of the hub's request; clients are told in the terms of their own.
struct FieldPlacesTests {
    private static let openAI = """
        {"messages":[{"role":"system","content":"s"},
         {"role":"assistant","reasoning_content":"r","content":[{"type":"text","text":"a"}],"refusal":"no",
          "tool_calls":[{"id":"1"},{"id":"2"}],"function_call":{"name":"f"}},
         {"role":"tool","tool_call_id":"1","content":[{"type":"text"},{"type":"text"}]},
         {"role":"tool","tool_call_id":"2","content":"plain"},
         {"role":"user","content":[{"type":"image_url","image_url":{"url":"u","detail":"low"}}]},
         {"role":"user","content":"u","cache_control":{"type":"ephemeral"}},
         {"role":"user","content":[{"type":"text","text":"a","cache_control":{}},{"type":"text","text":"b"}],
          "cache_control":{}}],
         "tools":[{"type":"function","function":{"name":"t"}}],"functions":[{"name":"f"}],"max_tokens":5}
        """
    private static let anthropic = """
        {"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":"u"},
         {"role":"user","content":[{"type":"tool_result","content":"r"},{"type":"tool_result","content":[{}]}]}],
         "thinking":{"type":"enabled","budget_tokens":2},"tools":[{"name":"t","input_schema":{}}]}
        """
    private static let gemini = """
        {"system_instruction":{"parts":[{"text":"s"}]},"contents":[{"parts":[{"text":"u"},
         {"function_response":{"name":"f","response":{},"parts":[{}]}}]}],
         "tools":[{"googleSearch":{},"function_declarations":[{"name":"a"},{"name":"b"}]},{"functionDeclarations":[{}]}],
         "generation_config":{"top_k":4,"thinkingConfig":{"thinkingLevel":"LOW"}}}
        """

    private static let responses = """
        {"instructions":"s","input":[{"role":"user","content":"u"},
         {"type":"message","role":"assistant","id":"m","phase":"final","content":[
          {"type":"output_text","text":"a","annotations":[],"logprobs":[{}]},{"type":"refusal","refusal":"no"}]},
         {"type":"function_call","call_id":"1","name":"f","arguments":"{}"},
         {"type":"function_call_output","call_id":"1","output":[{"type":"input_text","text":"r"}]}]}
        """
    private static let converse = """
        {"system":[{"text":"s"},{"cachePoint":{"type":"default"}},{"text":"t"}],
         "messages":[{"role":"user","content":[{"cachePoint":{"type":"default"}},{"text":"u"},
         {"cachePoint":{"type":"default"}},{"cachePoint":{"type":"default"}},
         {"toolResult":{"toolUseId":"1","content":[{"text":"r"}]}}]}],
         "toolConfig":{"tools":[{"toolSpec":{"name":"a","inputSchema":{"json":{}}}},{"cachePoint":{"type":"default"}},
         {"toolSpec":{"name":"b","inputSchema":{"json":{}}}}]},"outputConfig":{"effort":"low"},
         "additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2}}}
        """

    private static let cases: [(WireFormat, String, String)] = [
        (.openAI, "/messages/0/content/0", "/messages/0/content"),
        (.openAI, "/messages/1/content/0", "/messages/1/reasoning_content"),
        (.openAI, "/messages/1/content/1/citations", "/messages/1/content/0/citations"),
        (.openAI, "/messages/1/content/2", "/messages/1/refusal"),
        (.openAI, "/messages/1/content/4/arguments", "/messages/1/tool_calls/1/function/arguments"),
        (.openAI, "/messages/1/content/5", "/messages/1/function_call"),
        (.openAI, "/messages/2/content/0", "/messages/2"),
        (.openAI, "/messages/2/content/0/content/1", "/messages/2/content/1"),
        (.openAI, "/messages/3/content/0/content/0", "/messages/3/content"),
        (.openAI, "/messages/4/content/0/detail", "/messages/4/content/0/image_url/detail"),
        (.openAI, "/messages/5/content/0/cache_control/ttl", "/messages/5/cache_control/ttl"),
        (.openAI, "/messages/6/content/0/cache_control", "/messages/6/content/0/cache_control"),
        (.openAI, "/messages/6/content/1/cache_control", "/messages/6/cache_control"),
        (.openAI, "/tools/0/strict", "/tools/0/function/strict"),
        (.openAI, "/tools/1", "/functions/0"),
        (.openAI, "/max_tokens", "/max_tokens"),
        (.openAI, "/reasoning", "/reasoning_effort"),
        (.openAI, "/verbosity", "/verbosity"),
        (.anthropic, "/messages/0/content/0/cache_control", "/system/0/cache_control"),
        (.anthropic, "/messages/1/content/0", "/messages/0/content"),
        (.anthropic, "/messages/2/content/0/content/0", "/messages/1/content/0/content"),
        (.anthropic, "/messages/2/content/1/content/0/citations", "/messages/1/content/1/content/0/citations"),
        (.anthropic, "/tools/0/parameters", "/tools/0/input_schema"),
        (.anthropic, "/stop", "/stop_sequences"),
        (.anthropic, "/reasoning_effort", "/thinking"),
        (.anthropic, "/thinking/budget_tokens", "/thinking/budget_tokens"),
        (.gemini, "/messages/0", "/system_instruction"),
        (.gemini, "/messages/1/content/0", "/contents/0/parts/0"),
        (.gemini, "/messages/1/content/1/is_error", "/contents/0/parts/1/function_response/response"),
        (.gemini, "/messages/1/content/1/content/1", "/contents/0/parts/1/function_response/parts/0"),
        (.gemini, "/tools/1/parameters", "/tools/0/function_declarations/1/parameters"),
        (.gemini, "/tools/2", "/tools/0"),
        (.gemini, "/tools/3", "/tools/1/functionDeclarations/0"),
        (.gemini, "/top_k", "/generation_config/top_k"),
        (.gemini, "/reasoning_effort", "/generation_config/thinkingConfig/thinkingLevel"),
        (.gemini, "/max_tokens", "/generation_config/maxOutputTokens"),
        (.responses, "/messages/0/content/0/signature", "/instructions"),
        (.responses, "/messages/1", "/input/0"),
        (.responses, "/messages/1/content/0/cache_control", "/input/0/content"),
        (.responses, "/messages/2/content/0/phase", "/input/1/phase"),
        (.responses, "/messages/2/content/0/content/logprobs", "/input/1/content/0/logprobs"),
        (.responses, "/messages/2/content/0/citations", "/input/1/content/0/annotations"),
        (.responses, "/messages/2/content/1", "/input/1/content/1"),
        (.responses, "/messages/2/content/2/id", "/input/2/call_id"),
        (.responses, "/messages/3/content/0/content/0", "/input/3/output/0"),
        (.responses, "/max_tokens", "/max_output_tokens"),
        (.converse, "/messages/0", "/system"),
        (.converse, "/messages/0/content/0/cache_control", "/system/1/cachePoint"),
        (.converse, "/messages/0/content/1", "/system/2"),
        (.converse, "/messages/1/content/0", "/messages/0/content/0"),
        (.converse, "/messages/1/content/1/cache_control", "/messages/0/content/2/cachePoint"),
        (.converse, "/messages/1/content/3/is_error", "/messages/0/content/4/toolResult/status"),
        (.converse, "/messages/1/content/3/content/0", "/messages/0/content/4/toolResult/content/0"),
        (.converse, "/tools/0/cache_control", "/toolConfig/tools/1/cachePoint"),
        (.converse, "/tools/1/parameters/type", "/toolConfig/tools/2/toolSpec/inputSchema/json/type"),
        (.converse, "/thinking/budget_tokens", "/additionalModelRequestFields/thinking/budget_tokens"),
        (.converse, "/reasoning_effort", "/outputConfig/effort"),
    ]

    @Test(arguments: cases.indices)
    func tellsTheClientInItsOwnTerms(index: Int) throws {
        let (format, hub, client) = Self.cases[index]
        let bodies: [WireFormat: String] = [
            .openAI: Self.openAI, .anthropic: Self.anthropic, .gemini: Self.gemini, .responses: Self.responses,
            .converse: Self.converse,
        ]
        let text = try #require(bodies[format])
        let body = try #require(try JSONValue(parsing: text).object)
        #expect(format.codec.fieldPlaces(in: body).clientPointer(of: hub, in: body) == client)
    }

    @Test(arguments: WireFormat.allCases)
    func standsAnyPointer(format: WireFormat) {
        for pointer in [
            "", "/", "/messages", "/messages/9999999999", "/messages/3/content/-1", "/messages/01/content/0",
            "/tools/x",
            "/messages/0/content/0/content/0/content/0", "no pointer", "/a~2b", "/tools/18446744073709551616",
        ] {
            for body in [[:], ["messages": 1, "contents": [], "tools": "x", "system": 7, "input": [1]]] as [JSONObject]
            {
                _ = format.codec.fieldPlaces(in: body).clientPointer(of: pointer, in: body)
            }
        }
    }
}
