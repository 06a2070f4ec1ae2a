import GatewayCore
import Testing

@testable import gatewayd

struct RequestStoryTests {
    @Test func tellsTheRequestInOrder() throws {
        let request = try #require(
            try JSONValue(
                parsing: Array(
                    #"""
                    {"request_id":"r-1","time":"2026-11-21T10:30:00.000Z","api_key_name":"team",
                     "endpoint":"/v1/messages","client_format":"anthropic","model":"fast","route_rule":"alias",
                     "route_name":"fast","provider":"openai","instance":"two","provider_model":"gpt-5","status":"success",
                     "http_status":200,"is_stream":1,"is_relayed":0,"attempts":2,"duration_ms":1200,"ttfb_ms":300,
                     "input_tokens":1200,"cache_read_input_tokens":200,"output_tokens":30,"reasoning_tokens":10,
                     "attempt_log":[{"instance":"one","model":"gpt-5","http_status":503,"duration_ms":80,
                       "error_type":"overloaded","error_message":"busy","then":"failover"},
                       {"instance":"two","model":"gpt-5","http_status":200,"duration_ms":1100}],
                     "metadata":{"feature":"search"},"input_cost_usd":0.00125,"total_cost_usd":0.0015,
                     "cost_source":"built-in",
                     "warnings":[{"action":"dropped","pointer":"/seed","message":"It has no seed."}]}
                    """#.utf8)
            ).object)
        let text = RequestStory(request).text
        let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(lines[0] == "Request    r-1")
        #expect(text.contains("by alias \"fast\" to openai, model gpt-5, converted"))
        #expect(text.contains("one (gpt-5): HTTP 503 after 80 ms, overloaded: busy; then failover"))
        #expect(text.contains("1,200 in, 200 of them read from a cache, 30 out, 10 of them reasoning"))
        #expect(text.contains("$0.0015 (input $0.00125), prices: built-in"))
        #expect(text.contains("feature=search"))
        #expect(text.contains("dropped /seed: It has no seed."))
    }

    @Test func saysWhatTheCacheSaved() {
        let text = RequestStory(["saved_input_tokens": 1200, "saved_output_tokens": 30, "saved_cost_usd": 0.5]).text
        #expect(text.contains("1,200 in, 30 out, $0.5"))
        #expect(!RequestStory(["input_tokens": 0]).text.contains("Saved"))
    }

    @Test func saysWhyACostIsUnknown() {
        let text = RequestStory(["cost_note": "no price is known for x at y"]).text
        #expect(text.contains("unknown: no price is known for x at y"))
    }
}
