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
        let environment = ProcessEnvironment.current
        if let model = environment["EXAMPLE_MODEL"], !model.isEmpty { return model }
        let usual = [
            ("OPENAI_API_KEY", "gpt-4o-mini"), ("ANTHROPIC_API_KEY", "claude-sonnet-4-5"),
            ("GEMINI_API_KEY", "gemini-2.5-flash"),
        ]
        return usual.first { environment[$0.0]?.isEmpty == false }?.1 ?? offline
    }
}
