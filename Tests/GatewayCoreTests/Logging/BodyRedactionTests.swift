import Testing

@testable import GatewayCore

struct BodyRedactionTests {
    private func redacted(_ text: String) -> String { BodyRedaction.redacted(Array(text.utf8)) }

    @Test(
        "PITFALLS 25: no secret in logged bodies",
        arguments: [
            (#"{"api_key":"hunter2","n":1}"#, #"{"api_key":"[redacted]","n":1}"#),
            (#"{ "Client-Secret" : "a\"b\\" , "n":1}"#, #"{ "Client-Secret" : "[redacted]" , "n":1}"#),
            (#"{"password": 12345, "n": 1}"#, #"{"password": [redacted], "n": 1}"#),
            (
                #"{"arguments":"{\"api_key\": \"hunter2\", \"n\": 1}"}"#,
                #"{"arguments":"{\"api_key\": \"[redacted]\", \"n\": 1}"}"#
            ),
            (
                #"{"a":"{\"b\":\"{\\\"token\\\":\\\"x y\\\"}\"}","n":1}"#,
                #"{"a":"{\"b\":\"{\\\"token\\\":\\\"[redacted]\\\"}\"}","n":1}"#
            ),
            (#"{"password":"cut o"#, #"{"password":"[redacted]"#),
            (#"{"password":"#, #"{"password":"#),
            ("GET /v1?key=hunter2&alt=sse", "GET /v1?key=[redacted]&alt=sse"),
            ("user=me&password=hunter2&next=1", "user=me&password=[redacted]&next=1"),
            ("Authorization: Basic aHVudGVyMg==\nAccept: */*", "Authorization: [redacted]\nAccept: */*"),
            ("export AWS_SECRET_ACCESS_KEY='hunter2'", "export AWS_SECRET_ACCESS_KEY='[redacted]'"),
            (#"{"text":"mine is sk-ant-api03-abcdefgh"}"#, #"{"text":"mine is sk-…"}"#),
            (#"{"text":"AKIAIOSFODNN7EXAMPLE, Bearer abcdefghijklmnopqr"}"#, #"{"text":"AKIA…, Bearer …"}"#),
        ])
    func takesSecretsOut(text: String, expected: String) {
        #expect(redacted(text) == expected)
    }

    @Test(arguments: [
        #"{"max_tokens":100,"tokens":5,"messages":[{"role":"user","content":"The meaning of life?"}]}"#,
        #"{"token":{"id":1},"secret":["a"]}"#, "", "plain", #"{"key":"value"}"#, "secretary: yes",
    ])
    func leavesTheRestAlone(text: String) {
        #expect(redacted(text) == text)
    }

    @Test func cutsLongBodies() {
        #expect(redacted(String(repeating: "ab ", count: 100_000)).utf8.count == BodyRedaction.maxBytes)
        #expect(BodyRedaction.maxBytes == 102_400)
    }

    @Test func takesAnyBytes() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array(#"{}[]":='\&? secret password token key sk-"#.utf8)
        for _ in 0..<2000 {
            let bytes = (0..<200).map { _ in
                UInt8.random(in: 0...9, using: &random) == 0
                    ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
            }
            _ = BodyRedaction.redacted(bytes)
        }
    }

    @Test(arguments: [
        ("gpt-4o", "gpt-4o"),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic.claude-3-5-sonnet-20241022-v2:0"),
        ("sk-proj-abcdef", "sk-…"), ("openai/sk-abcdef", "openai/sk-…"), ("AKIAIOSFODNN7EXAMPLE", "AKIA…"),
        ("risk-free-model", "risk-free-model"), ("", ""),
    ])
    func masksCredentialsInNames(name: String, expected: String) {
        #expect(CredentialMask.maskedName(name) == expected)
    }
}
