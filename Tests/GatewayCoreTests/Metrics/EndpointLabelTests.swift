import Testing

@testable import GatewayCore

struct EndpointLabelTests {
    private let label = EndpointLabel(providers: ["openai", "custom:deepseek", "deepseek"])

    @Test(arguments: [
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/v1beta/models/gemini-2.5-flash:generateContent", "/v1beta/models/{…}:generateContent"),
        ("/v1beta/models/google/gemini:streamGenerateContent", "/v1beta/models/{…}:streamGenerateContent"),
        ("/v1/models/gpt-4o", "/v1/models/{…}"), ("/v1/responses/resp_1/input_items", "/v1/responses/{…}/input_items"),
        ("/custom/deepseek/v1/chat/completions", "/custom/deepseek/v1/chat/completions"),
        ("/custom/unheard-of/v1/chat/completions", "/custom/{…}/v1/chat/completions"),
        ("/wp-login.php", "other"), ("/", "other"), ("", "other"), ("/a/b/c", "other"),
        ("//v1//messages", "/v1/messages"),
        ("/v1/" + String(repeating: "x/", count: 100_000), "/v1/{…}"),
    ])
    func keepsOnlyTheWordsOfTheAPI(path: String, expected: String) {
        #expect(label.text(for: path) == expected)
    }
}
