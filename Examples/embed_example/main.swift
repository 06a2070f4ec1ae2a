// A whole gateway inside a program: one reply, one stream, and what an error looks like.
//
//     swift run embed_example
//
// It works offline; with OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY set it asks that provider.
import ExampleSupport
import GatewayCore
import GatewayHTTP
import GatewayProviders

await Example.run("embed_example", "Embeds a whole gateway: one reply, one stream, and what an error looks like.") {
    let gateway = try Gateway(
        configuration: .embeddedDefault(environment: ProcessEnvironment.current), providers: .all)
    let model = ProcessEnvironment.current["EXAMPLE_MODEL"] ?? "demo/echo"

    let reply = try await gateway.chat(ChatRequest(model: model, messages: [.user("Say hello to the reader.")]))
    print("\(model) said: \(reply.text)")
    print("It used \(reply.usage?.totalInput ?? 0) tokens of input and \(reply.usage?.output ?? 0) of output.\n")

    for await event in try await gateway.stream(ChatRequest(model: model, messages: [.user("Count from one to five.")]))
    {
        switch event {
        case .appended(_, .text(let piece)): Example.show(piece)
        case .stopped(_, let reason, _): print("\n(stopped: \(reason))")
        case .failed(let failure): print("\n(failed: \(failure.message))")
        default: break
        }
    }

    do {
        _ = try await gateway.chat(ChatRequest(model: "no-such-model", messages: [.user("Hello?")]))
    } catch {
        print("\nAs expected: \(error)")
    }
}
