import GatewayCore

/// What the configuration may say of an instance beyond what every instance has.
struct ParrotConfig: ProviderConfig {
    var voice = "polly"
}

/// Parrots speak OpenAI's chat format at an address of their own, with their key in a header of their own.
struct ParrotProvider: LlmProvider {
    private let address: String
    private let key: String?
    private let voice: String
    private let timeouts: TransportTimeouts

    /// Requests and replies of clients that speak another format are converted to and from this one.
    var format: WireFormat { .openAI }
    /// Only because this one lives in the program: without this member requests go over the network.
    var transport: (any Transport)? { parrots }

    init(_ instance: InstanceConfiguration) {
        address = instance.baseURL ?? "https://parrots.example/api"
        key = instance.apiKey?.revealed
        voice = (instance.settings(as: ParrotConfig.self) ?? ParrotConfig()).voice
        timeouts = instance.timeouts
    }

    /// Describes the request, and sends nothing: the same call gives the same request.
    func request(for call: ProviderCall) -> TransportRequest {
        var headers: HTTPFields = ["content-type": "application/json", "x-parrot-voice": voice]
        if let key { headers.append("x-parrot-key", key) }
        return TransportRequest(url: address + "/squawk", headers: headers, body: call.body, timeouts: timeouts)
    }

    func modelListRequest(with access: ProviderAccess) -> TransportRequest? {
        TransportRequest(method: "GET", url: address + "/parrots", timeouts: timeouts)
    }

    func models(in list: JSONValue) -> [ListedModel] {
        (list["parrots"]?.array ?? []).compactMap { $0.string.map { ListedModel(id: $0) } }
    }
}

extension ProviderKind {
    /// `[[providers.parrot]]` in a configuration, `parrot/MODEL` in a request.
    static let parrot = ProviderKind(
        key: "parrot", name: "Parrots", format: .openAI, keyVariables: ["PARROT_API_KEY"],
        make: { ParrotProvider($0) },
        read: { reader, instance in
            instance.settings = ProviderSettings(ParrotConfig(voice: reader.name("voice") ?? "polly"))
        })
}
