// A provider of your own in one file, ParrotProvider.swift: its settings, its requests, its models; and the gateway that knows it.
//
//     swift run custom_provider_example
//
// It is offline: the service behind the provider is a closure, in ParrotService.swift.
import ExampleSupport
import GatewayCore
import GatewayProviders

await Example.run("custom_provider_example", "Adds a provider of its own to a gateway, and asks it.") {
    let text = """
        [[providers.parrot]]
        name = "cage"
        api_key = "seeds"
        voice = "captain"
        [routing.rules]
        "grey-" = "parrot"
        """
    let catalog = ProviderCatalog.all.adding(.parrot)
    let configuration = try GatewayConfiguration.load(toml: Array(text.utf8), environment: [:], providers: catalog)
    let gateway = try Gateway(configuration: configuration, providers: catalog, transport: parrots)

    let reply = try await gateway.chat(ChatRequest(model: "grey-1", messages: [.user("Hello there!")]))
    print("whole:  \(reply.text)")
    print("stream: ", terminator: "")
    for await event in try await gateway.stream(
        ChatRequest(model: "parrot/grey-1", messages: [.user("Pieces of eight!")]))
    {
        if case .appended(_, .text(let piece)) = event { Example.show(piece + "|") }
    }
    print("")
}
