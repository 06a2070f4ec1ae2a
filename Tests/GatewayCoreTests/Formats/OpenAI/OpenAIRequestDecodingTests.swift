import Testing

@testable import GatewayCore

struct OpenAIRequestDecodingTests {
    private let codec = OpenAICodec()

    @Test func readsOtherSpellingsAsTheCanonicalOne() throws {
        let canonical = try codec.decoded(
            #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_completion_tokens":5,"stop":["x"]}"#)
        let other = try codec.decoded(
            #"""
            {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Hi"}],"name":null}],
             "max_tokens":5,"stop":"x","temperature":null,"tools":null,"n":null,"stream_options":null}
            """#)
        #expect(other == canonical)
    }

    @Test func prefersTheNewLimit() throws {
        let request = try codec.decoded(
            #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_tokens":5,"max_completion_tokens":9}"#)
        #expect(request.maxOutputTokens == 9)
    }

    @Test func readsTheDeprecatedFunctions() throws {
        let request = try codec.decoded(
            #"""
            {"model":"m","messages":[{"role":"user","content":"Hi"},
             {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{\"a\": 1}"}},
             {"role":"function","name":"f","content":"1"},
             {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
             {"role":"function","name":"f","content":"2"}],
             "functions":[{"name":"f","parameters":{"type":"object"}}],"function_call":{"name":"f"}}
            """#)
        #expect(request.tools == [.function(FunctionTool(name: "f", parameters: ["type": "object"]))])
        #expect(request.toolChoice == .named("f"))
        let calls = request.messages.flatMap(\.parts.toolCalls)
        #expect(calls.map(\.arguments) == [#"{"a": 1}"#, "{}"])
        #expect(Set(calls.map(\.id)).count == 2)
        let results = request.messages.flatMap(\.parts).compactMap { part -> String? in
            guard case .toolResult(let result) = part else { return nil }
            return result.callID
        }
        #expect(results == calls.map(\.id))
    }

    @Test("PITFALLS 6: arguments are kept to the byte")
    func keepsToolArgumentsToTheByte() throws {
        let request = try codec.decoded(
            #"""
            {"model":"m","messages":[{"role":"assistant","tool_calls":[
             {"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\" : 1.0 , broken"}}]}]}
            """#)
        #expect(request.messages[0].parts.toolCalls[0].arguments == #"{"a" : 1.0 , broken"#)
        let written = try codec.encoded(request).body
        #expect(
            written["messages"]?[0]?["tool_calls"]?[0]?["function"]?["arguments"] == .string(#"{"a" : 1.0 , broken"#))
    }

    @Test func readsCacheControlThatGatewaysTake() throws {
        let request = try codec.decoded(
            #"""
            {"model":"m","messages":[{"role":"user","content":[
             {"type":"text","text":"Hi","cache_control":{"type":"ephemeral","ttl":"1h"}}]}]}
            """#)
        guard case .text(let part) = request.messages[0].parts[0] else { return #expect(Bool(false)) }
        #expect(part.cache == CacheBreakpoint(lifetime: .oneHour))
    }

    @Test("PITFALLS 18: a breakpoint on a message whose content is a string stands behind that text")
    func takesCacheControlOfMessages() throws {
        let request = try codec.decoded(
            #"""
            {"model":"m","messages":[{"role":"user","content":"Hi","cache_control":{"type":"ephemeral"}},
             {"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}],
              "cache_control":{"type":"ephemeral"}},
             {"role":"tool","tool_call_id":"1","content":"ok","cache_control":{"type":"ephemeral","ttl":"1h"}},
             {"role":"user","content":"","cache_control":{"type":"ephemeral"}}]}
            """#)
        let parts = request.messages.map(\.parts)
        guard case .text(let text)? = parts[0].last, case .toolCall(let call)? = parts[1].last,
            case .toolResult(let result)? = parts[2].last
        else { return #expect(Bool(false)) }
        #expect(text.cache == CacheBreakpoint() && call.cache == CacheBreakpoint())
        #expect(result.cache == CacheBreakpoint(lifetime: .oneHour))
        #expect(request.messages[3].extras.fields(for: .openAI)["cache_control"] != nil)
    }

    @Test func keepsWhatItDoesNotKnowAtEveryLevel() throws {
        let text = #"""
            {"model":"m","messages":[{"role":"user","content":[
              {"type":"image_url","image_url":{"url":"https://a/b.png","detail":"low","x":1},"y":2},
              {"type":"input_audio","input_audio":{"data":"AA==","format":"flac"}},
              {"type":"new_kind","z":[1]}],"w":{"deep":1.0}},
             {"role":"assistant","content":null,"tool_calls":[
              {"id":"1","type":"function","function":{"name":"f","arguments":"{}","v":1},"u":2},
              {"id":"2","type":"custom","custom":{"name":"c","input":"x"}}],"audio":{"id":"a"}},
             {"role":"tool","tool_call_id":"1","content":"ok","t":1},{"role":"tool","tool_call_id":"2","content":"ok"}],
             "tools":[{"type":"function","function":{"name":"f","s":1},"r":2},
              {"type":"custom","custom":{"name":"c","format":{"type":"text"}}}],
             "tool_choice":{"type":"custom","custom":{"name":"c"}},
             "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{},"q":1},"p":2},
             "stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false},
             "reasoning_effort":"colossal","verbosity":"low","modalities":["text"]}
            """#
        let written = try codec.encoded(try codec.decoded(text), for: "m")
        #expect(
            WireComparison.canonical(written.body) == WireComparison.canonical(.object(try object(text))))
        #expect(written.notes.isEmpty)
    }

    @Test(arguments: [
        (#"{"messages":[{"role":"user","content":"x"}]}"#, "/model"),
        (#"{"model":"m"}"#, "/messages"),
        (#"{"model":"m","messages":[]}"#, "/messages"),
        (#"{"model":"m","messages":[{"role":"robot","content":"x"}]}"#, "/messages/0/role"),
        (#"{"model":"m","messages":[{"role":"user","content":7}]}"#, "/messages/0/content"),
        (#"{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "/messages/0/content/0/text"),
        (#"{"model":"m","messages":[{"role":"tool","content":"x"}]}"#, "/messages/0/tool_call_id"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}],"n":1.5}"#, "/n"),
        (
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function"}]}"#,
            "/tools/0/function"
        ),
    ])
    func namesTheFieldAtFault(_ text: String, _ pointer: String) throws {
        let error = #expect(throws: ConversionError.self) { try codec.decoded(text) }
        #expect(error?.pointer == pointer)
    }

    @Test func readsEveryToolChoice() throws {
        let choices: [(String, ToolChoice?)] = [
            (#""auto""#, .auto), (#""none""#, ToolChoice.none), (#""required""#, .required), ("null", nil),
            (#"{"type":"function","function":{"name":"f"}}"#, .named("f")),
            (
                #"{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}"#,
                .allowed(["f"], isRequired: true)
            ),
            (#""any""#, .foreign(Foreign(origin: .openAI, value: "any"))),
        ]
        for (text, choice) in choices {
            let request = try codec.decoded(
                #"{"model":"m","messages":[{"role":"user","content":"x"}],"tool_choice":\#(text)}"#)
            #expect(request.toolChoice == choice)
        }
    }
}
