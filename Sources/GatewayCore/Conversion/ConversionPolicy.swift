/// What happens when a conversion cannot carry a request as it is.
///
/// The most specific one counts: the request's (`x-gateway.conversion`, else the header `x-gateway-conversion`), the
/// key's, the configuration's.
public enum ConversionPolicy: String, Sendable, Hashable, CaseIterable {
    /// Nothing is told to the client; the request log keeps the ledger all the same.
    case allow
    /// The answer's `X-LLM-Gateway-Warnings` tells it.
    case warn
    /// A request that would lose something is refused before anything is sent.
    case strict
}

/// How requests become those of another format: the section `[conversion]`.
public struct ConversionConfiguration: Sendable, Equatable {
    public var policy: ConversionPolicy

    public init(policy: ConversionPolicy = .warn) {
        self.policy = policy
    }
}

extension ConversionConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init()
        policy = reader.choice("policy", of: ConversionPolicy.self) ?? policy
    }
}

extension ConversionPolicy {
    /// The request's header of that name, for clients whose SDK cannot add to the body.
    package static let headerName = "x-gateway-conversion"

    /// Throws a 400 that names the words there are.
    init(requested word: String, parameter: String) throws(ExchangeFailure) {
        guard let policy = ConversionPolicy(rawValue: word) else {
            let words = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw ExchangeFailure(
                .invalidRequest("\"\(parameter)\" must be one of \(words).", parameter: parameter))
        }
        self = policy
    }
}
