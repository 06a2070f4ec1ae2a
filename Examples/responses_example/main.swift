// Serves a gateway inside the program and asks it over HTTP, through OpenAI's Responses API: a reply, a second one that goes on
// from it, and a stream. The model may be anybody's.
//
//     swift run responses_example
//
// It works offline against the built-in demo; with a provider's key set it asks that one. GATEWAY_URL (and GATEWAY_KEY)
// name a gateway that is running already.
import ExampleSupport
import GatewayCore
import GatewayHTTP
import GatewayProviders

struct Problem: Error, CustomStringConvertible {
    var description: String
}

/// A client of `/v1/responses`.
struct ResponsesClient {
    let address: String
    let key: String?
    let transport: HTTPTransport

    /// The response, whole.
    func create(_ body: JSONValue) async throws -> JSONValue {
        var text: [UInt8] = []
        let response = try await send(body)
        while let more = try await response.body.next() { text += more }
        return try JSONValue(parsing: text)
    }

    /// The events of a stream, one after the other.
    func stream(_ body: JSONValue, _ event: (JSONValue) -> Void) async throws {
        let response = try await send(body)
        var unread = ""
        while let more = try await response.body.next() {
            unread += String(decoding: more, as: UTF8.self)
            while let end = unread.firstRange(of: "\n\n") {
                let lines = unread[..<end.lowerBound].split(separator: "\n")
                unread.removeSubrange(..<end.upperBound)
                for line in lines where line.hasPrefix("data: ") {
                    event(try JSONValue(parsing: String(line.dropFirst(6))))
                }
            }
        }
    }

    private func send(_ body: JSONValue) async throws -> TransportResponse {
        var headers: HTTPFields = ["content-type": "application/json"]
        if let key { headers.append("authorization", "Bearer \(key)") }
        let response = try await transport.send(
            TransportRequest(url: address + "/v1/responses", headers: headers, body: body.serialized()))
        guard response.status == 200 else {
            var text = ""
            while let more = try await response.body.next() { text += String(decoding: more, as: UTF8.self) }
            throw Problem(description: "\(address) answered with status \(response.status): \(text)")
        }
        return response
    }
}

func text(of response: JSONValue) -> String {
    let messages = (response["output"]?.array ?? []).filter { $0["type"]?.string == "message" }
    return messages.flatMap { $0["content"]?.array ?? [] }.compactMap { $0["text"]?.string }.joined()
}

await Example.run(
    "responses_example", "Serves a gateway and asks it through OpenAI's Responses API, whoever's the model is."
) {
    let environment = ProcessEnvironment.current
    let model = ExampleGateway.model(offline: "demo/echo")
    var server: GatewayServer?
    var address = environment["GATEWAY_URL"] ?? ""
    if address.isEmpty {
        var configuration = try GatewayConfiguration.embeddedDefault(environment: environment)
        configuration.server.port = 0
        let own = try GatewayServer(configuration: configuration, providers: .all)
        address = "http://127.0.0.1:\(try await own.start())"
        server = own
    }
    let transport = try HTTPTransport()
    let client = ResponsesClient(address: address, key: environment["GATEWAY_KEY"], transport: transport)
    print("Asking \(model) at \(address)/v1/responses\n")

    let first = try await client.create(["model": .string(model), "input": "My name is Ada. Say hello."])
    print("1. \(text(of: first))")

    // The gateway keeps the turn, also for models whose own API keeps nothing.
    let second = try await client.create([
        "model": .string(model), "input": "What is my name?", "previous_response_id": first["id"] ?? .null,
    ])
    print("2. \(text(of: second))")

    print("3. ", terminator: "")
    var kinds: [String] = []
    try await client.stream(["model": .string(model), "input": "Count from one to five.", "stream": true]) { event in
        let kind = event["type"]?.string ?? ""
        if kinds.last != kind { kinds.append(kind) }
        if kind == "response.output_text.delta" { Example.show(event["delta"]?.string ?? "") }
    }
    print("\n\nThe stream's events: \(kinds.joined(separator: ", "))")

    await transport.shutdown()
    await server?.stop()
}
