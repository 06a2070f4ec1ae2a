// Asks for a reply that matches a JSON Schema, and reads it as JSON.
//
//     swift run json_mode_example
//
// It works offline against the built-in demo, which makes up a value that fits; with a provider's key set it asks that one.
import ExampleSupport
import GatewayCore

let recipe: JSONValue = [
    "type": "object",
    "properties": [
        "title": ["type": "string"],
        "minutes": ["type": "integer"],
        "ingredients": ["type": "array", "items": ["type": "string"]],
    ],
    "required": ["title", "minutes", "ingredients"],
    "additionalProperties": false,
]

await Example.run("json_mode_example", "Asks for a reply that matches a JSON Schema, and reads it as JSON.") {
    let gateway = try ExampleGateway.make()
    let model = ExampleGateway.model(offline: "demo/echo")
    var request = ChatRequest(
        model: model, messages: [.user("A quick recipe with potatoes, as JSON.")], maxOutputTokens: 500)
    request.responseFormat = .jsonSchema(ResponseSchema(name: "recipe", schema: recipe, isStrict: true))

    let reply = try await gateway.chat(request)
    let json = try JSONValue(parsing: reply.text)
    print(
        "\(model) wrote a recipe called \(json["title"]?.string ?? "?"), ready in \(json["minutes"]?.int ?? 0) minutes:"
    )
    print(json.prettySerializedString)
}
