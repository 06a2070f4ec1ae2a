import GatewayCore

extension ProviderKind {
    public static let gemini = ProviderKind(
        key: "gemini", name: "Google Gemini", documentation: "https://ai.google.dev/api/generate-content",
        format: .gemini, defaultBaseURL: GeminiProvider.standardAddress,
        keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], modelPrefixes: ["gemini-"], requiresKey: true,
        make: { GeminiProvider($0) })
}
