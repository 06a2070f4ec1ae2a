// Has Anthropic keep a long prompt in its cache: the gateway marks what stays the same, and the second request reads it.
//
//     swift run caching_example
//
// Offline a service inside the program stands for Anthropic; with ANTHROPIC_API_KEY set it asks the real one.
import ExampleSupport
import GatewayCore
import GatewayHTTP
import GatewayProviders
import Synchronization

/// Counts as Anthropic does: what is marked is written into the cache when it is new, and read from it afterwards.
func standIn() -> LocalService {
    let cache = Mutex<Set<String>>([])
    return LocalService { request in
        guard let body = try? JSONValue(parsing: request.body) else {  // the gateway sends nothing else
            return LocalService.Answer(status: 400, json: ["type": "error", "error": ["message": "no JSON"]])
        }
        let head = (body["tools"]?.serializedString ?? "") + (body["system"]?.serializedString ?? "")
        let isMarked = head.contains("cache_control")
        let isKnown = isMarked && !cache.withLock { $0.insert(head).inserted }
        let tokens = JSONValue.number(JSONNumber(head.utf8.count / 4))
        return LocalService.Answer(json: [
            "id": "msg_1", "type": "message", "role": "assistant", "model": body["model"] ?? "",
            "content": [["type": "text", "text": "The handbook says so."]], "stop_reason": "end_turn",
            "stop_sequence": nil,
            "usage": [
                "input_tokens": isMarked ? 12 : tokens, "output_tokens": 6,
                "cache_creation_input_tokens": isMarked && !isKnown ? tokens : 0,
                "cache_read_input_tokens": isKnown ? tokens : 0,
            ],
        ])
    }
}

func configuration(key: String) throws -> GatewayConfiguration {
    let text = """
        [routing]
        default_provider = "anthropic"
        [[providers.anthropic]]
        api_key = "\(key)"
        # Without this section nothing is marked, unless a request marks it itself.
        [providers.anthropic.cache]
        auto_cache_system = true
        min_system_tokens = 1024
        auto_cache_tools = true
        """
    return try .load(toml: Array(text.utf8), environment: [:])
}

await Example.run(
    "caching_example", "Has Anthropic keep a long prompt in its cache, and shows what that saves."
) {
    let environment = ProcessEnvironment.current
    let key = environment["ANTHROPIC_API_KEY"].flatMap { $0.isEmpty ? nil : $0 }
    let transport: any Transport = if key == nil { standIn() } else { try HTTPTransport() }
    let gateway = try Gateway(
        configuration: configuration(key: key ?? "offline"), providers: .all, transport: transport)
    print(key == nil ? "No ANTHROPIC_API_KEY: a stand-in answers.\n" : "Asking Anthropic.\n")

    let rules = (1...220).map { "Rule \($0): answer kindly, briefly and truthfully, and say so when you do not know." }
    let handbook = "You answer from this handbook.\n" + rules.joined(separator: "\n")
    let lookUp = FunctionTool(name: "look_up", description: "Looks a rule up", parameters: ["type": "object"])
    for question in ["What does rule 7 say?", "And rule 9?", "Is there a rule 500?"] {
        let reply = try await gateway.chat(
            ChatRequest(
                model: environment["EXAMPLE_MODEL"] ?? "claude-sonnet-4-5",
                messages: [.system(handbook), .user(question)], tools: [.function(lookUp)], maxOutputTokens: 200))
        let usage = reply.usage ?? TokenUsage()
        print(question)
        print("    \(usage.cacheWrite ?? 0) tokens written to the cache, at 1.25 times the price of input")
        print("    \(usage.cacheRead ?? 0) read from it, at a tenth")
        print("    \(usage.freshInput ?? 0) at the full price\n")
    }
}
