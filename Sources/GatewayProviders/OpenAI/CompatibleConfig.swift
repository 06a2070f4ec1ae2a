import GatewayCore

/// How a service that speaks OpenAI's chat format is addressed and what is different about it: the settings of
/// `[[providers.custom]]` and of every preset.
public struct CompatibleConfig: ProviderConfig {
    /// Where the key stands in a request.
    public enum KeyPlace: Sendable, Hashable {
        /// `Authorization: Bearer`.
        case bearer
        case header(String)
        /// A query item of that name. Logs of servers and proxies on the way may keep it.
        case query(String)
        /// Nowhere: the service asks for none, or the operator's own headers have it.
        case none
    }

    public var keyPlace: KeyPlace
    public var dialect: OpenAIDialect
    /// Fills the `{name}` parts of a preset's address.
    public var addressParts: [String: String]
    /// Whether the service has OpenAI's Responses API, too, so that its clients need no conversion.
    public var hasResponses: Bool
    /// Which models the service also has in OpenAI's Completions API.
    public var completions: Completions
    /// Where reranking is, from the host on; nil is `/rerank` below the address.
    public var rerankPath: String?

    public enum Completions: Sendable, Hashable {
        case none
        /// Every model, for clients of the API.
        case all
        /// Models whose names begin so, which have no chat.
        case models([String])
    }

    /// A service of which nothing is known may leave `[DONE]` out.
    public init(
        keyPlace: KeyPlace = .bearer, dialect: OpenAIDialect = OpenAIDialect(streamEnd: .finishReason),
        addressParts: [String: String] = [:], hasResponses: Bool = false, completions: Completions = .none,
        rerankPath: String? = nil
    ) {
        self.keyPlace = keyPlace
        self.dialect = dialect
        self.addressParts = addressParts
        self.hasResponses = hasResponses
        self.completions = completions
        self.rerankPath = rerankPath
    }
}

extension CompatibleConfig {
    private enum AuthStyle: String, CaseIterable {
        case bearer, header, query, none
        case apiKey = "api-key"
        case xAPIKey = "x-api-key"
    }

    /// Reads what an instance says otherwise than `self`.
    mutating func read(from reader: inout ConfigurationReader) {
        readKeyPlace(&reader)
        readFurtherAPIs(&reader)
        dialect.streamEnd = reader.choice("stream_end", of: OpenAIDialect.StreamEnd.self) ?? dialect.streamEnd
        if let words = reader.strings("quirks") {
            dialect.quirks = []
            for word in words {
                guard let quirk = OpenAIQuirk(rawValue: word) else {
                    let known = OpenAIQuirk.allCases.map(\.rawValue).joined(separator: ", ")
                    reader.report("quirks", "there is no quirk '\(word)'", hint: "known are \(known)")
                    continue
                }
                dialect.quirks.insert(quirk)
            }
        }
        if let parameters = reader.strings("unsupported_parameters") {
            dialect.refusals = parameters.isEmpty ? [] : [OpenAIDialect.Refusal(parameters)]
        }
    }

    mutating func readFurtherAPIs(_ reader: inout ConfigurationReader) {
        hasResponses = reader.boolean("responses_api") ?? hasResponses
        if let isThere = reader.boolean("completions_api") { completions = isThere ? .all : .none }
    }

    private mutating func readKeyPlace(_ reader: inout ConfigurationReader) {
        let style = reader.choice("auth_style", of: AuthStyle.self)
        let name = reader.name("auth_name")
        switch style {
        case nil, .bearer?: break
        case .apiKey?: keyPlace = .header("api-key")
        case .xAPIKey?: keyPlace = .header("x-api-key")
        case AuthStyle.none?: keyPlace = .none
        case .query?: keyPlace = .query(name ?? "key")
        case .header?:
            guard let name, name.isHeaderName else {
                reader.report("auth_style", "the header has no name", hint: "write auth_name = \"X-API-Token\"")
                return
            }
            keyPlace = .header(name)
        }
        let takesName = style == .header || style == .query
        if name != nil, !takesName {
            reader.report(
                "auth_name", "'auth_name' has no use here", hint: "write auth_style = \"header\" or \"query\"")
        } else if case .query(let item) = keyPlace, !item.utf8.allSatisfy(\.isUnreservedInURL) {
            reader.report("auth_name", "'auth_name' cannot be a query item's name", hint: "write letters and digits")
        }
    }
}
