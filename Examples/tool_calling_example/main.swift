// Lets a model call a tool, runs it, and sends the result back until the model answers in words.
//
//     swift run tool_calling_example
//
// It works offline against the built-in demo, which calls every tool once; with a provider's key set it asks that one.
import ExampleSupport
import GatewayCore

let weather = FunctionTool(
    name: "get_weather", description: "The current weather of a city",
    parameters: [
        "type": "object",
        "properties": ["city": ["type": "string", "default": "Oslo"]],
        "required": ["city"],
    ])

/// What the program itself does when the model calls.
func run(_ call: ToolCall) -> Message {
    let arguments = try? JSONValue(parsing: call.arguments)  // a model can write what is no JSON: then there is no city
    guard call.name == weather.name, let city = arguments?["city"]?.string else {
        return .toolResult(callID: call.id, text: "There is no such tool, or no city.", isError: true)
    }
    return .toolResult(callID: call.id, text: "It is 4 degrees and sunny in \(city).")
}

await Example.run("tool_calling_example", "Lets a model call a tool, runs it, and sends the result back.") {
    let gateway = try ExampleGateway.make()
    let model = ExampleGateway.model(offline: "demo/tools")
    var request = ChatRequest(
        model: model, messages: [.user("What is the weather in Oslo?")], tools: [.function(weather)],
        maxOutputTokens: 500)

    for turn in 1...4 {
        let reply = try await gateway.chat(request)
        guard !reply.toolCalls.isEmpty else {
            print("\(model) answers: \(reply.text)")
            break
        }
        request.messages.append(reply.message)
        for call in reply.toolCalls {
            let result = run(call)
            print("turn \(turn): \(call.name)(\(call.arguments))")
            request.messages.append(result)
        }
    }
}
