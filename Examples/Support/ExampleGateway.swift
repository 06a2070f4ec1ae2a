import GatewayCore
import GatewayHTTP
import GatewayProviders

/// What the examples share: a gateway over the built-in default configuration, and a model that answers with what keys
/// there are.
public enum ExampleGateway {
    /// Every provider whose usual key variable is set, and the offline demo.
    public static func make() throws -> Gateway {
        try Gateway(
            configuration: .embeddedDefault(environment: ProcessEnvironment.current), providers: .all)
    }

    /// `EXAMPLE_MODEL` if set, else a model of the first provider whose key is set, else the demo's.
    public static func model(offline: String) -> String {
        model(of: models, offline: offline)
    }

    /// The same among models that take images.
    public static func visionModel(offline: String) -> String {
        model(of: Array(models.prefix(3)), offline: offline)
    }

    private static let models = [
        ("OPENAI_API_KEY", "gpt-4o-mini"), ("ANTHROPIC_API_KEY", "claude-sonnet-4-5"),
        ("GEMINI_API_KEY", "gemini-2.5-flash"), ("MISTRAL_API_KEY", "mistral/mistral-small-latest"),
        ("GROQ_API_KEY", "groq/llama-3.3-70b-versatile"), ("DEEPSEEK_API_KEY", "deepseek/deepseek-chat"),
        ("XAI_API_KEY", "xai/grok-3-mini"), ("COHERE_API_KEY", "cohere/command-r-plus"),
        ("TOGETHER_API_KEY", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"),
        ("OPENROUTER_API_KEY", "openrouter/openai/gpt-4o-mini"),
    ]

    private static func model(of usual: [(key: String, model: String)], offline: String) -> String {
        let environment = ProcessEnvironment.current
        if let model = environment["EXAMPLE_MODEL"], !model.isEmpty { return model }
        return usual.first { environment[$0.key]?.isEmpty == false }?.model ?? offline
    }
}
