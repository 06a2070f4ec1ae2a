import GatewayCore

extension ProviderKind {
    public static let gemini = ProviderKind(
        key: "gemini", defaultBaseURL: GeminiProvider.standardAddress,
        keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], modelPrefixes: ["gemini-"], requiresKey: true,
        make: { GeminiProvider($0) })
}
