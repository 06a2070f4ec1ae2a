import GatewayCore

/// Answers requests in OpenAI's format by itself.
struct DemoTransport: Transport {
    /// Between two pieces of a stream.
    var pace: Duration

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        if request.method == "GET" {
            let models = DemoModel.allCases.map { JSONValue.object(["id": .string($0.rawValue), "object": "model"]) }
            return Self.json(["object": "list", "data": .array(models)])
        }
        let codec = WireFormat.openAI.codec
        do {
            guard let body = try JSONValue(parsing: request.body).object else {
                return Self.answer(.invalidRequest("The body must be a JSON object."))
            }
            let chat = try codec.decodeRequest(body, model: nil)
            guard let model = DemoModel(rawValue: chat.model) else {
                let models = DemoModel.allCases.map { "demo/\($0.rawValue)" }.joined(separator: ", ")
                return Self.answer(
                    ProviderFailure(
                        kind: .notFound, status: 404,
                        message: "The demo has no model \"\(chat.model)\"; it has \(models).",
                        code: "model_not_found", parameter: "model"))
            }
            let reply = model.answer(chat)
            let echo = RequestEcho(
                model: chat.model, fallbackID: "chatcmpl-demo", created: 0, wantsStreamUsage: chat.wantsStreamUsage)
            let streams = body["stream"]?.bool == true
            return streams
                ? stream(reply, codec.makeStreamEncoder(for: echo)) : Self.json(codec.encodeReply(reply, for: echo))
        } catch let error as ConversionError {
            return Self.answer(.invalidRequest(error))
        } catch {
            return Self.answer(.invalidRequest("The body is not JSON: \(error)"))
        }
    }

    private func stream(_ reply: ChatReply, _ encoder: any StreamEncoder) -> TransportResponse {
        var encoder = encoder
        let frames = ReplyReplay.events(for: reply).flatMap(Self.pieces).map { event in
            var bytes: [UInt8] = []
            encoder.encode(event, into: &bytes)
            return bytes
        }
        return TransportResponse(
            status: 200, headers: ["content-type": "text/event-stream"],
            body: DemoBody(frames.filter { !$0.isEmpty }, pace: pace))
    }

    /// Cuts deltas into words, as a model would say them.
    private static func pieces(of event: StreamEvent) -> [StreamEvent] {
        switch event {
        case .appended(let id, .text(let text)): words(of: text).map { .appended(id, .text($0)) }
        case .appended(let id, .arguments(let text)): words(of: text).map { .appended(id, .arguments($0)) }
        default: [event]
        }
    }

    private static func words(of text: String) -> [String] {
        text.split(separator: " ", omittingEmptySubsequences: false).enumerated().map { index, word in
            index == 0 ? String(word) : " " + word
        }
    }

    private static func json(_ object: JSONObject, status: Int = 200) -> TransportResponse {
        TransportResponse(
            status: status, headers: ["content-type": "application/json"],
            body: DemoBody([object.serialized()], pace: .zero))
    }

    private static func answer(_ failure: ProviderFailure) -> TransportResponse {
        json(WireFormat.openAI.codec.encodeFailure(failure), status: failure.status)
    }
}
