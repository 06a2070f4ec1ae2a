/// The labels of a request, bounded whatever clients send.
struct SeriesKey: Hashable, Sendable {
    var apiKey: String
    var provider: String
    var model: String
    var endpoint: String

    var text: LabelText {
        LabelText(name: "api_key", value: apiKey).appending("provider", provider).appending("model", model)
            .appending("endpoint", endpoint)
    }
}

/// Decides which labels a request's record gets.
///
/// A model gets a name of its own when the configuration names it, or once a provider answered for it: names that clients
/// only tried are `other`. So is what exceeds the limits.
struct LabelSets: Sendable {
    static let other = "other"
    static let none = "none"

    private static let maxEndpoints = 100
    private static let maxModelBytes = 256

    private let keyLabels: [String: String]
    private let endpointLabel: EndpointLabel
    private let maxModels: Int
    private var models: Set<String>
    private var endpoints: Set<String> = []

    init(_ configuration: GatewayConfiguration) {
        let keys = configuration.apiKeys.map { key in
            (key.name, configuration.metrics.includesKeyHash ? Self.hash(of: key.key) : key.name)
        }
        keyLabels = Dictionary(keys, uniquingKeysWith: { first, _ in first })
        var names = configuration.providers.map(\.key)
        names += names.compactMap { key in key.firstIndex(of: ":").map { String(key[key.index(after: $0)...]) } }
        endpointLabel = EndpointLabel(providers: names)
        maxModels = configuration.metrics.maxModels
        let named = configuration.models.map(\.apiModel) + configuration.routing.aliases.map(\.model)
        models = Set(named.prefix(maxModels))
    }

    /// Takes over which models were seen before a change of configuration.
    mutating func adopt(_ previous: LabelSets) {
        for model in previous.models where models.count < maxModels { models.insert(model) }
        endpoints = previous.endpoints
    }

    /// The first 12 hexadecimal digits of the key's SHA-256: enough to tell keys apart.
    static func hash(of key: Secret) -> String {
        SHA256.digest(Array(key.revealed.utf8)).prefix(6).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// - Returns: the labels, and whether every record with the same names will get the same.
    mutating func key(for record: RequestRecord) -> (key: SeriesKey, isFinal: Bool) {
        let (model, isFinal) = model(of: record)
        let key = SeriesKey(
            apiKey: record.keyName.map { keyLabels[$0] ?? Self.other } ?? Self.none,
            provider: record.provider ?? Self.none, model: model, endpoint: endpoint(of: record))
        return (key, isFinal)
    }

    private mutating func model(of record: RequestRecord) -> (String, isFinal: Bool) {
        guard let name = record.providerModel ?? record.model else { return (Self.none, true) }
        if models.contains(name) { return (name, true) }
        guard record.outcome == .success, record.provider != nil, name.utf8.count <= Self.maxModelBytes else {
            return (Self.other, false)
        }
        guard models.count < maxModels else { return (Self.other, true) }
        models.insert(name)
        return (name, true)
    }

    private mutating func endpoint(of record: RequestRecord) -> String {
        guard let path = record.endpoint else { return Self.none }
        let text = endpointLabel.text(for: path)
        if endpoints.contains(text) { return text }
        guard endpoints.count < Self.maxEndpoints else { return Self.other }
        endpoints.insert(text)
        return text
    }
}
