/// The response around the output: what the API repeats of the request, and what the reply says of itself.
struct ResponsesEnvelope {
    let id: String
    let clientTools: ResponsesClientTools
    private let head: ChatReply
    private let echo: RequestEcho
    var output: [JSONObject] = []
    var usage: TokenUsage?
    var failure: ProviderFailure?

    /// - Parameter head: identifier, model, time, tier and extras count.
    init(_ head: ChatReply, for echo: RequestEcho) {
        self.head = head
        self.echo = echo
        if let id = head.id, id.hasPrefix("resp_") {
            self.id = id
        } else {
            self.id = "resp_" + echo.fallbackID.filter { $0 != "-" }
        }
        clientTools = ResponsesClientTools(echo.repeated["tools"])
    }

    /// The end of an item's identifier where its parts bring none.
    func itemID(_ index: Int) -> String { "\(id.dropFirst(5))_\(index)" }

    /// The response while it is being made.
    func response(inProgress status: String = "in_progress") -> JSONObject {
        response(ResponsesCodec.Ending(status: status))
    }

    func response(_ ending: ResponsesCodec.Ending) -> JSONObject {
        var body: JSONObject = [
            "id": .string(id), "object": "response",
            "created_at": .number(JSONNumber(head.created ?? echo.created)), "status": .string(ending.status),
        ]
        body.append("error", error(ending))
        body.append("incomplete_details", ending.reason.map { ["reason": .string($0)] } ?? .null)
        body.append("model", .string(head.model ?? echo.model))
        body.append("output", .array(output.map { .object($0) }))
        body.append("usage", usage.map { .object(ResponsesCodec().encode($0)) } ?? .null)
        body.append("service_tier", ifPresent: serviceTier.map { .string($0) })
        repeatRequest(in: &body)
        for member in head.extras.fields(for: .responses) { body[member.key] = member.value }
        return body
    }

    /// Other providers' words for the API's own; those without a counterpart are left out.
    private var serviceTier: String? {
        switch head.serviceTier {
        case "auto"?, "default"?, "flex"?, "scale"?, "priority"?, "fast"?, "ultrafast"?: head.serviceTier
        case "standard"?, "on_demand"?, "unspecified"?: "default"
        case nil, _?: head.extras?.origin == .responses ? head.serviceTier : nil
        }
    }

    private func error(_ ending: ResponsesCodec.Ending) -> JSONValue {
        guard ending.status == "failed" else { return .null }
        if let failure { return .object(ResponsesCodec.error(failure)) }
        return [
            "code": "server_error", "message": "The provider could not make sense of its own model's output.",
        ]
    }

    // MARK: The request, repeated

    /// With what the API does by itself where the client said nothing.
    private func repeatRequest(in body: inout JSONObject) {
        for (key, standard) in Self.repeated {
            var value = echo.repeated[key] ?? .null
            if value.isNull { value = standard }
            if case (.object(var object), .object(let standard)) = (value, standard) {
                object.append(extras: standard)
                value = .object(object)
            }
            body.append(key, value)
        }
        for key in Self.repeatedIfPresent { body.append(key, ifPresent: echo.repeated[key]) }
    }

    private static let repeated: [(key: String, standard: JSONValue)] = [
        ("background", false), ("instructions", .null), ("max_output_tokens", .null), ("max_tool_calls", .null),
        ("metadata", [:]), ("parallel_tool_calls", true), ("previous_response_id", .null),
        ("reasoning", ["effort": .null, "summary": .null]), ("store", true),
        ("temperature", .number(JSONNumber(validText: "1.0"))), ("text", ["format": ["type": "text"]]),
        ("tool_choice", "auto"), ("tools", []), ("top_logprobs", 0),
        ("top_p", .number(JSONNumber(validText: "1.0"))), ("truncation", "disabled"), ("user", .null),
    ]
    private static let repeatedIfPresent = ["prompt_cache_key", "prompt_cache_retention", "safety_identifier"]

    /// The members of a client's request that a reply to it repeats.
    static func repeated(of request: JSONObject) -> JSONObject {
        let keys = Set(repeated.map(\.key) + repeatedIfPresent)
        return JSONObject(members: request.members.filter { keys.contains($0.key) })
    }
}
