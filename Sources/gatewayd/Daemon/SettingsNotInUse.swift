import GatewayCore
import GatewayProviders

/// Settings that are understood and checked, but that nothing acts on yet: an operator must not believe otherwise.
enum SettingsNotInUse {
    /// One line for each that the configuration holds.
    static func warnings(_ configuration: GatewayConfiguration) -> [String] {
        var warnings: [String] = []
        if !configuration.oauthProviders.isEmpty {
            warnings.append(
                "[[oauth_providers]]: tokens are not fetched yet; auth_mode = \"oauth\" sends api_key as a bearer")
        }
        for provider in configuration.providers where provider.isEnabled {
            if ProviderCatalog.all.kinds.contains(where: { $0.key == provider.kind && !$0.isSpoken }) {
                warnings.append("[[providers.\(provider.kind)]]: nothing speaks to it yet; its models are refused")
            }
        }
        return warnings
    }
}
