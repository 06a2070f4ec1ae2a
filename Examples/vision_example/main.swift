// Shows a model an image and asks what it is. The same lines work with every provider that takes images.
//
//     swift run vision_example
//
// It works offline against the built-in demo, which says what it received; with a provider's key set it asks that one.
import ExampleSupport
import GatewayCore

/// A red square of one pixel, as PNG.
let redPixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"

await Example.run("vision_example", "Shows a model an image and asks what it is.") {
    let gateway = try ExampleGateway.make()
    let model = ExampleGateway.visionModel(offline: "demo/echo")
    let question = Message.user([
        .text("What colour is this image? Answer in one word."),
        .media(MediaPart(kind: .image, source: .base64(redPixel), mediaType: "image/png", detail: "low")),
    ])

    let reply = try await gateway.chat(ChatRequest(model: model, messages: [question], maxOutputTokens: 300))
    print("\(model) says:\n\(reply.text)")
}
