// Shows an answer as it is written, and leaves another one early.
//
//     swift run streaming_example
//
// It works offline against the built-in demo; with a provider's key set it asks that one.
import ExampleSupport
import GatewayCore

await Example.run("streaming_example", "Shows an answer as it is written, and leaves another one early.") {
    let gateway = try ExampleGateway.make()
    let model = ExampleGateway.model(offline: "demo/lorem")
    let question = ChatRequest(model: model, messages: [.user("Tell me a short story.")], maxOutputTokens: 300)

    print("\(model) writes:\n")
    let begin = ContinuousClock.now
    var first: Duration?
    var pieces = 0
    // The loop ends with the stream; what goes wrong on the way is an event, too.
    for await event in try await gateway.stream(question) {
        switch event {
        case .appended(_, .text(let piece)):
            first = first ?? (ContinuousClock.now - begin)
            pieces += 1
            Example.show(piece)
        case .usage(let usage): print("\n\n\(usage.output ?? 0) tokens of output", terminator: "")
        case .stopped(_, let reason, _): print("\n(stopped: \(reason))", terminator: "")
        case .failed(let failure): print("\n(failed: \(failure.message))", terminator: "")
        default: break
        }
    }
    print("\n\(pieces) pieces, the first after \(first.map { "\($0)" } ?? "no time at all")")

    // Who leaves the loop cancels the provider's work: nothing more is generated, and nothing more is paid for.
    var words = ""
    for await event in try await gateway.stream(question) {
        if case .appended(_, .text(let piece)) = event { words += piece }
        if words.count > 20 { break }
    }
    print("\nLeft after \"\(words)\"")
}
