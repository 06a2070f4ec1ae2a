import GatewayCore
import GatewayProviders
import Testing

/// The answer's shape is told in https://github.com/Haleclipse/CCometixLine/issues/95.
@Suite struct AnthropicQuotaTests {
    private func provider(_ change: (inout InstanceConfiguration) -> Void = { _ in }) -> AnthropicProvider {
        var instance = InstanceConfiguration(name: "account", apiKey: Secret("token"))
        instance.authMode = .oauth
        change(&instance)
        return AnthropicProvider(instance)
    }

    @Test func asksWithTheTokenAlone() throws {
        let request = try #require(provider().quotaRequest())
        #expect(request.method == "GET" && request.url == "https://api.anthropic.com/api/oauth/usage")
        #expect(request.headers["authorization"] == "Bearer token" && request.headers["x-api-key"] == nil)
        #expect(request.headers["anthropic-beta"] == "oauth-2025-04-20")
        #expect(provider { $0.authMode = .bearer }.quotaRequest() == nil)
        let other = provider { $0.baseURL = "https://proxy.test/anthropic/v1" }
        #expect(other.quotaRequest()?.url == "https://proxy.test/anthropic/api/oauth/usage")
    }

    @Test func readsTheWindowsThatThereAre() throws {
        let text = """
            {"five_hour": {"utilization": 37.0, "resets_at": "2026-03-10T04:59:59.000000+00:00"},
            "seven_day": {"utilization": 26, "resets_at": null}, "seven_day_opus": null, "seven_day_sonnet": null,
            "extra_usage": {"is_enabled": false, "utilization": null}}
            """
        let windows = try #require(provider().quota(in: JSONValue(parsing: Array(text.utf8))))
        #expect(windows.fiveHours == .init(percent: 37, resetsAt: 1_773_118_799))
        #expect(windows.sevenDays == .init(percent: 26))
        #expect(windows.sevenDaysOfSonnet == nil)
    }

    @Test(arguments: ["{}", "[]", #"{"five_hour": {"utilization": "much"}}"#, #"{"five_hour": {"utilization": -1}}"#])
    func takesNothingElseForAQuota(_ text: String) throws {
        #expect(provider().quota(in: try JSONValue(parsing: Array(text.utf8))) == nil)
    }
}
