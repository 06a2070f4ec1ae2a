/// Why a call got no answer: the failure to tell, and whose it is.
///
/// A class, so that every function that can throw it needs room for a reference, not for the failure.
package final class ExchangeFailure: Error, Sendable {
    package let failure: ProviderFailure
    /// The provider that failed; nil when the gateway itself refused.
    package let provider: String?
    /// The instance that failed, and the model it was asked for; nil when none was asked.
    package let instance: String?
    package let model: String?
    /// What a strict request would have lost; empty for every other failure.
    package let losses: [ConversionNote]
    /// What the limits have left that did not let the request pass.
    package var limits: LimitStanding? { refusal?.standing }
    private let refusal: LimitRefusal?

    package init(_ failure: ProviderFailure, provider: String? = nil, losses: [ConversionNote] = []) {
        self.failure = failure
        self.provider = provider
        self.losses = losses
        instance = nil
        model = nil
        refusal = nil
    }

    /// One of the gateway's own limits.
    init(_ refusal: LimitRefusal) {
        failure = refusal.failure
        self.refusal = refusal
        provider = nil
        instance = nil
        model = nil
        losses = []
    }

    /// The failure of one attempt.
    init(_ failure: ProviderFailure, of candidate: AttemptPlan.Candidate) {
        self.failure = failure
        provider = candidate.instance.providerKey
        instance = candidate.instance.name
        model = candidate.route.model
        losses = []
        refusal = nil
    }

    /// Nothing was sent, because the conversion would have lost something.
    package var isLossRefusal: Bool { !losses.isEmpty }
}

extension ProviderFailure {
    package static func invalidRequest(_ message: String, parameter: String? = nil) -> ProviderFailure {
        ProviderFailure(kind: .invalidRequest, status: 400, message: message, parameter: parameter)
    }

    package static func invalidRequest(_ error: ConversionError) -> ProviderFailure {
        invalidRequest(
            error.pointer.isEmpty ? error.message : "\(error.pointer): \(error.message)",
            parameter: error.pointer.isEmpty ? nil : error.pointer)
    }

    package static var missingKey: ProviderFailure {
        ProviderFailure(
            kind: .authentication, status: 401,
            message: "The gateway wants a key: send it as Authorization: Bearer, x-api-key or x-goog-api-key.",
            code: "invalid_api_key")
    }

    package static func unknownModel(_ model: String) -> ProviderFailure {
        ProviderFailure(
            kind: .notFound, status: 404,
            message:
                "No provider is configured for the model \"\(model)\". Ask for provider/model, or have the gateway's [routing] "
                + "name a provider for it; GET /v1/models lists what there is.",
            code: "model_not_found", parameter: "model")
    }

    /// Going on from a response that the gateway does not have would be a new conversation; the client must not think that
    /// it is not.
    package static func unknownPreviousResponse(_ id: String) -> ProviderFailure {
        ProviderFailure(
            kind: .invalidRequest, status: 400,
            message:
                "Previous response with id '\(id)' not found: the gateway keeps only what it answered through another "
                + "API, for a while, and for the key that asked. Send the whole conversation as input instead.",
            code: "previous_response_not_found", parameter: "previous_response_id")
    }

    /// Of something that the API keeps under an identifier.
    package static func unknownResponse(_ id: String) -> ProviderFailure {
        ProviderFailure(
            kind: .notFound, status: 404, message: "Response with id '\(id)' not found.", type: "invalid_request_error",
            parameter: "response_id")
    }

    package static func noInstance(of provider: String) -> ProviderFailure {
        ProviderFailure(
            kind: .unavailable, status: 503, message: "The provider \"\(provider)\" has no enabled instance.")
    }

    /// The engine answered a program in a form that it did not ask for: a bug of this gateway.
    package static var unexpectedAnswer: ProviderFailure {
        ProviderFailure(kind: .server, status: 500, message: "The gateway answered in the wrong form.")
    }

    /// The client left before anybody was asked.
    package static var cancelled: ProviderFailure { ProviderFailure(.cancelled, provider: "") }

    package static var shuttingDown: ProviderFailure {
        ProviderFailure(kind: .shuttingDown, status: 503, message: "The gateway is stopping; send the request again.")
    }

    /// A broken way to a provider, told without its address.
    package init(_ error: TransportError, provider: String) {
        switch error {
        case .timedOut(let phase):
            self.init(
                kind: .timeout, status: 504,
                message: "The provider \"\(provider)\" did not answer in time (\(phase.rawValue)).")
        case .truncated(let detail):
            self.init(
                kind: .truncated, status: 502,
                message: "The provider \"\(provider)\" ended its answer early: \(detail)")
        case .malformed(let detail):
            self.init(
                kind: .malformed, status: 502, message: "The provider \"\(provider)\" broke HTTP: \(detail)")
        case .unresolved, .unreachable, .invalidURL:
            self.init(
                kind: .unavailable, status: 502, message: "The provider \"\(provider)\" cannot be reached.")
        case .tls(let detail):
            self.init(
                kind: .unavailable, status: 502,
                message: "No trusted TLS connection to the provider \"\(provider)\": \(detail)")
        case .cancelled:
            self.init(kind: .shuttingDown, status: 503, message: "The request was cancelled.")
        }
    }

    /// The failure as a client should see it: a provider that refuses the gateway's own credentials is a bad gateway
    /// (502), since nothing is wrong with the client's key.
    package func seenByClient(provider: String) -> ProviderFailure {
        switch kind {
        case .authentication, .permission:
            ProviderFailure(
                kind: .server, status: 502,
                message: "The provider \"\(provider)\" refused the gateway's credentials (HTTP \(status)); "
                    + "the gateway's operator must mend them.",
                type: "upstream_error", code: "provider_authentication")
        default: self
        }
    }
}
