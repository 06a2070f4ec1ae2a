import ExampleSupport
import GatewayCore

/// The service itself: it repeats what it hears, in the voice it is asked for.
let parrots = LocalService { request in
    guard request.headers["x-parrot-key"] == "seeds", let body = try? JSONValue(parsing: request.body) else {
        return LocalService.Answer(status: 401, json: ["error": ["message": "no seeds, no words"]])
    }
    let heard = body["messages"]?.array?.last?["content"]?.string ?? ""
    let words = "\(request.headers["x-parrot-voice"] ?? "?") says \(heard)"
    guard body["stream"]?.bool == true else {
        return LocalService.Answer(json: [
            "id": "p", "object": "chat.completion", "created": 1, "model": body["model"] ?? "",
            "choices": [
                ["index": 0, "finish_reason": "stop", "message": ["role": "assistant", "content": .string(words)]]
            ],
        ])
    }
    func chunk(_ delta: JSONValue, _ finish: JSONValue = .null) -> JSONValue {
        [
            "id": "p", "object": "chat.completion.chunk", "created": 1, "model": "grey-1",
            "choices": [["index": 0, "delta": delta, "finish_reason": finish]],
        ]
    }
    let pieces = words.split(separator: " ").map { chunk(["content": .string("\($0) ")]) }
    return LocalService.Answer(events: pieces + [chunk([:], "stop")])
}
