/// The kinds of provider a gateway can speak to: how each is made from an instance's configuration.
///
/// `GatewayProviders` gives the built-in ones as `.all`; a program adds its own with `adding`.
public struct ProviderCatalog: Sendable {
    public typealias Making = @Sendable (InstanceConfiguration) throws(ProviderError) -> any LlmProvider

    private var makings: [String: Making] = [:]

    public init() {}

    /// The catalogue with one more kind, named as under `[providers]`; a kind of the same name is replaced.
    public func adding(_ kind: String, _ making: @escaping Making) -> ProviderCatalog {
        var catalog = self
        catalog.makings[kind] = making
        return catalog
    }

    func provider(of kind: String, for instance: InstanceConfiguration) throws(ProviderError) -> any LlmProvider {
        guard let making = makings[kind] else {
            throw ProviderError("the provider kind \"\(kind)\" of the instance \"\(instance.name)\" is not built in")
        }
        return try making(instance)
    }
}
