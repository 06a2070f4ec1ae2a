/// The kinds of provider a configuration may name and a gateway can speak to.
///
/// `GatewayProviders` gives the built-in ones as `.all`; a program adds its own with `adding`.
public struct ProviderCatalog: Sendable {
    public private(set) var kinds: [ProviderKind]

    public init(_ kinds: [ProviderKind] = []) {
        self.kinds = kinds
    }

    /// The catalogue with one more kind; one of the same key is replaced.
    public func adding(_ kind: ProviderKind) -> ProviderCatalog {
        ProviderCatalog(kinds.filter { $0.key != kind.key } + [kind])
    }

    /// Nil when nothing speaks to that kind.
    func provider(
        of kind: String, for instance: InstanceConfiguration
    ) throws(ProviderError) -> (any LlmProvider)? {
        guard let kind = kinds.first(where: { $0.key == kind }) else {
            throw ProviderError("the provider kind \"\(kind)\" of the instance \"\(instance.name)\" is not known")
        }
        return try kind.make?(instance)
    }
}
