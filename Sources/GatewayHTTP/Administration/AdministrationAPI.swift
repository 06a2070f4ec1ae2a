import GatewayCore

/// What concerns the gateway itself, below `/api/v1`; errors are told as OpenAI's API tells them.
struct AdministrationAPI: Sendable {
    let gateway: Gateway
    /// Nil when no request log is kept.
    let reports: RequestReports?

    func answer(
        _ action: Endpoint.Administration, _ request: ServerRequest, _ client: ClientIdentity, _ id: String
    ) async -> ServerResponse {
        do throws(ProviderFailure) {
            if let refusal = AdministrationAccess.refusal(of: action, to: client) { throw refusal }
            let body =
                switch action {
                case .usage: try await log().usage(request.target, for: client)
                case .request(let name): try await log().request(name, for: client)
                case .explain: try await explanation(request, client, id)
                case .providerStatus:
                    ProviderStatusReport(gateway.instanceStatuses(), shared: gateway.sharedStandings).json
                case .clearCache: try await clearing()
                }
            return ServerResponse(
                status: 200,
                headers: ["x-request-id": id, "content-type": "application/json", "cache-control": "no-store"],
                body: .bytes(body.serialized()))
        } catch {
            return ServerResponse(gateway.refusal(error, format: .openAI, requestID: id))
        }
    }

    private func clearing() async throws(ProviderFailure) -> JSONObject {
        guard let count = await gateway.clearCache() else { throw .noCache }
        for standing in gateway.sharedStandings where standing.use == .cache && standing.condition != .connected {
            throw ProviderFailure(
                kind: .unavailable, status: 503,
                message: "The server of the shared cache is away: only what this gateway kept itself is cleared.")
        }
        return ["cleared": .number(JSONNumber(count))]
    }

    private func log() throws(ProviderFailure) -> RequestReports {
        guard let reports else {
            throw ProviderFailure(
                kind: .notFound, status: 404, message: "No request log is kept: [observability] enabled is not true.")
        }
        return reports
    }

    /// What would become of the request that is the body, in the format that the query names or that the body shows. Where
    /// the format has the model and the wish for a stream in the address, the query has them too.
    private func explanation(
        _ request: ServerRequest, _ client: ClientIdentity, _ id: String
    ) async throws(ProviderFailure) -> JSONObject {
        if let failure = MediaTypeCheck.failure(of: request.headers) { throw failure }
        let call = InboundCall(id: id, format: .openAI, body: [], headers: request.headers, client: client)
        call.isAnyFormat = true
        if let word = request.target.queryValue("format") {
            guard let format = WireFormat(rawValue: word) else {
                let known = WireFormat.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidRequest("\"format\" must be one of \(known).", parameter: "format")
            }
            call.format = format
            call.isAnyFormat = false
        }
        call.modelInPath = request.target.queryValue("model")
        call.streamInPath = request.target.queryValue("stream").flatMap { Bool($0) }
        do {
            call.body = try await request.body.collect()
        } catch {
            throw ProviderFailure(error)
        }
        do {
            return try await gateway.forecast(call).json
        } catch {
            throw error.failure
        }
    }
}
