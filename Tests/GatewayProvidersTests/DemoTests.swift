import GatewayCore
import Testing

@testable import GatewayProviders

struct DemoTests {
    private func answer(_ body: JSONValue) async throws -> (status: Int, text: String) {
        let response = try await DemoTransport(pace: .zero).send(
            TransportRequest(url: "demo:/v1/chat/completions", body: body.serialized()))
        var bytes: [UInt8] = []
        while let more = try await response.body.next() { bytes += more }
        return (response.status, String(decoding: bytes, as: UTF8.self))
    }

    private func reply(_ body: JSONValue) async throws -> JSONValue {
        try JSONValue(parsing: try await answer(body).text)
    }

    private static let user: JSONValue = [["role": "user", "content": "Hello there"]]
    private static let tool: JSONValue = [
        "type": "function",
        "function": [
            "name": "add",
            "parameters": [
                "type": "object",
                "properties": [
                    "a": ["type": "integer"], "op": ["enum": ["plus"]],
                    "list": ["type": "array", "items": ["type": "string"]],
                ],
            ],
        ],
    ]

    @Test func echoesTheLastQuestion() async throws {
        let reply = try await reply(["model": "echo", "messages": Self.user])
        #expect(reply["choices"]?[0]?["message"]?["content"] == "Hello there")
        #expect(reply["usage"]?["total_tokens"]?.int ?? 0 > 0)
    }

    @Test func acknowledgesImages() async throws {
        let reply = try await reply([
            "model": "echo",
            "messages": [
                [
                    "role": "user",
                    "content": [["type": "image_url", "image_url": ["url": "data:image/png;base64,AAAA"]]],
                ]
            ],
        ])
        #expect(reply["choices"]?[0]?["message"]?["content"] == "[image received: image/png, 3 bytes]")
    }

    @Test func streamsTheSameWords() async throws {
        let text = try await answer(["model": "echo", "stream": true, "messages": Self.user]).text
        #expect(text.contains(#""content":"Hello""#))
        #expect(text.contains(#""content":" there""#))
        #expect(text.hasSuffix("data: [DONE]\n\n"))
    }

    @Test func callsEveryToolOnceAndThenAnswers() async throws {
        let first = try await reply(["model": "tools", "messages": Self.user, "tools": [Self.tool]])
        let call = try #require(first["choices"]?[0]?["message"]?["tool_calls"]?[0])
        #expect(first["choices"]?[0]?["finish_reason"] == "tool_calls")
        #expect(call["function"]?["arguments"] == #"{"a":1,"op":"plus","list":["demo"]}"#)
        let second = try await reply([
            "model": "tools", "tools": [Self.tool],
            "messages": [
                ["role": "user", "content": "Hello"], ["role": "assistant", "content": nil, "tool_calls": [call]],
                ["role": "tool", "tool_call_id": call["id"] ?? nil, "content": "42"],
            ],
        ])
        #expect(second["choices"]?[0]?["message"]?["content"] == "The tool answered: 42")
    }

    @Test func keepsToLimitsAndStops() async throws {
        let cut = try await reply(["model": "lorem", "max_tokens": 3, "messages": Self.user])
        #expect(cut["choices"]?[0]?["finish_reason"] == "length")
        #expect(cut["usage"]?["completion_tokens"] == 3)
        let stopped = try await reply(["model": "echo", "stop": [" there"], "messages": Self.user])
        #expect(stopped["choices"]?[0]?["message"]?["content"] == "Hello")
    }

    @Test func boundsWhatAClientAsksFor() async throws {
        let all = try await reply(["model": "lorem", "max_tokens": .number(JSONNumber(Int.max)), "messages": Self.user])
        #expect(all["choices"]?[0]?["finish_reason"] == "stop")
        let itself: JSONValue = ["$ref": "#"]
        let branches = JSONObject((0..<20).map { ("p\($0)", itself) })
        let format: JSONValue = [
            "type": "json_schema",
            "json_schema": ["name": "x", "schema": ["type": "object", "properties": .object(branches)]],
        ]
        let endless = try await answer(["model": "echo", "response_format": format, "messages": Self.user])
        #expect(endless.text.utf8.count < 100_000)
    }

    @Test func fitsSchemas() async throws {
        let format: JSONValue = [
            "type": "json_schema",
            "json_schema": [
                "name": "x",
                "schema": [
                    "type": "object",
                    "properties": ["child": ["$ref": "#/$defs/c"], "n": ["anyOf": [["type": "number"]]]],
                    "$defs": [
                        "c": [
                            "type": "object", "properties": ["self": ["$ref": "#/$defs/c"], "ok": ["type": "boolean"]],
                        ]
                    ],
                ],
            ],
        ]
        let reply = try await reply(["model": "echo", "response_format": format, "messages": Self.user])
        let content = try #require(reply["choices"]?[0]?["message"]?["content"]?.string)
        let json = try JSONValue(parsing: content)
        #expect(json["child"]?["ok"] == true)
        #expect(json["n"] == 1)
    }

    @Test func refusesUnknownModelsAndBrokenBodies() async throws {
        #expect(try await answer(["model": "nope", "messages": Self.user]).status == 404)
        #expect(try await answer(["model": "echo"]).status == 400)
        #expect(try await reply(["model": "echo"])["error"]?["param"] == "/messages")
    }
}
