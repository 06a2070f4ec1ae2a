/// A client's request of one of OpenAI's other APIs: its body stays as it is but for the model's name.
struct ResourceCall: Sendable {
    /// As the client named it; nil where the API has no model.
    let model: String?
    let options: GatewayOptions
    private let body: [UInt8]
    private let json: JSONPeek?
    /// Where the model stands in a form.
    private let modelInForm: Range<Int>?

    init(_ call: InboundCall, _ resource: ResourceRequest) throws(ExchangeFailure) {
        body = call.body
        var modelInForm: Range<Int>?
        var json: JSONPeek?
        if !call.body.isEmpty, let contentType = resource.contentType {
            if let form = MultipartForm(call.body, contentType: contentType) {
                modelInForm = form.value(of: "model")
            } else if contentType.lowercased().contains("json") {
                json = try Self.peek(call.body)
            }
        }
        self.modelInForm = modelInForm
        self.json = json
        if let json {
            options = try GatewayOptions(json, call.headers)
        } else {
            options = try GatewayOptions(call.headers)
        }
        model =
            modelInForm.map { String(decoding: call.body[$0], as: UTF8.self) }
            ?? json.flatMap { $0.string($0["model"]) }
        if let model, !RequestPeek.isPlausible(model) {
            throw ExchangeFailure(.invalidRequest("The model's name cannot be one.", parameter: "model"))
        }
    }

    private static func peek(_ body: [UInt8]) throws(ExchangeFailure) -> JSONPeek {
        do {
            return try JSONPeek(body)
        } catch {
            throw ExchangeFailure(.invalidRequest("The body is not JSON: \(error)"))
        }
    }

    /// The body for a provider that calls the model so.
    func body(naming name: String) throws(ExchangeFailure) -> [UInt8] {
        if let modelInForm, model != name {
            return Array(body[..<modelInForm.lowerBound]) + Array(name.utf8) + body[modelInForm.upperBound...]
        }
        guard let json else { return body }
        var edits: [JSONEdit] = []
        if let model, model != name { edits.append(.set("/model", .string(name))) }
        if options.isPresent { edits.append(.remove("/x-gateway")) }
        do {
            return edits.isEmpty ? body : try json.bytes(applying: edits)
        } catch {
            throw ExchangeFailure(.invalidRequest("The body cannot be forwarded: \(error)"))
        }
    }
}
