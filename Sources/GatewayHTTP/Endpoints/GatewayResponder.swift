import GatewayCore

/// The gateway's API over HTTP: finds the endpoint, lets the client in or not, and turns answers into responses.
package struct GatewayResponder: HTTPResponder {
    private let gateway: Gateway
    private let cors: CORSPolicy
    private let health: HealthMonitor
    private let metrics: MetricsEndpoint?
    private let bodies: BodyLog?
    private let administration: AdministrationAPI

    package init(
        gateway: Gateway, cors: CORSConfiguration, health: HealthMonitor, metrics: MetricsEndpoint? = nil,
        bodies: BodyLog? = nil, reports: RequestReports? = nil
    ) {
        self.gateway = gateway
        self.cors = CORSPolicy(cors)
        self.health = health
        self.metrics = metrics
        self.bodies = bodies
        administration = AdministrationAPI(gateway: gateway, reports: reports)
    }

    package func respond(to request: ServerRequest) async -> ServerResponse {
        if let preflight = cors.preflight(request) { return preflight }
        var response = await answer(request)
        cors.permit(request, &response.headers)
        return response
    }

    private func answer(_ request: ServerRequest) async -> ServerResponse {
        let id = gateway.makeRequestID()
        if let metrics, request.target.path == metrics.path {
            return await metrics.answer(request, gateway, KeylessGuard(cors: cors), id)
        }
        guard let match = EndpointMatch(request) else {
            let (failure, format) = (
                ProviderFailure.unknownPath(request.target.path), EndpointMatch.format(of: request)
            )
            // Who has no key asks for all sorts of paths: that is nobody's record.
            guard let client = gateway.identify(credentials(of: request)) else { return refuse(failure, format, id) }
            return refuse(failure, call(request, format, client, id))
        }
        let endpoint = match.endpoint
        guard endpoint.methods.contains(request.method) else {
            return methodRefusal(request, endpoint, id)
        }
        var client = ClientIdentity(keyName: nil)
        if endpoint.needsKey {
            if !gateway.requiresKey, let failure = KeylessGuard(cors: cors).failure(of: request.headers) {
                return refuse(failure, call(request, endpoint, client, id))
            }
            let credentials = credentials(of: request)
            guard let identity = gateway.identify(credentials) else {
                let failure: ProviderFailure = credentials.key == nil ? .missingKey : .wrongKey
                return refuse(failure, call(request, endpoint, client, id))
            }
            client = identity
        }
        switch endpoint {
        case .generate, .storedResponse, .countTokens, .embed, .resource:
            return await exchange(match, request, client, id)
        case .modelList(let format):
            return await modelList(format, of: match.provider, request, id)
        case .model(let name, let format):
            return await model(name, format, of: match.provider, id)
        case .health(let check):
            let report = health.report(check, gateway: gateway)
            return json(report.body, id, status: report.status)
        case .administration(let action):
            return await administration.answer(action, request, client, id)
        }
    }

    private func modelList(
        _ format: WireFormat, of provider: String?, _ request: ServerRequest, _ id: String
    ) async -> ServerResponse {
        do {
            let models = try await gateway.models(of: provider)
            return json(ModelListing.list(models, format, ModelListPage(request.target, format)), id)
        } catch {
            return refuse(error, format, id)
        }
    }

    private func model(
        _ name: String, _ format: WireFormat, of provider: String?, _ id: String
    ) async -> ServerResponse {
        do {
            guard let model = try await gateway.model(named: name, of: provider) else {
                return refuse(.unknownModel(name), format, id)
            }
            return json(ModelListing.entry(model, format), id)
        } catch {
            return refuse(error, format, id)
        }
    }

    /// Reads the body and asks the engine.
    private func exchange(
        _ match: EndpointMatch, _ request: ServerRequest, _ client: ClientIdentity, _ id: String
    ) async -> ServerResponse {
        var call = call(request, match.endpoint, client, id)
        call.arrival = gateway.noteArrival()
        call.pinnedProvider = match.provider
        if match.endpoint.takesJSONAlone, let failure = MediaTypeCheck.failure(of: request.headers) {
            return refuse(failure, call)
        }
        do {
            call.body = try await request.body.collect()
        } catch {
            return refuse(ProviderFailure(error), call)
        }
        switch match.endpoint {
        case .generate(let generation):
            call.isAnyFormat = generation.isAnyFormat
            call.modelInPath = generation.model
            call.streamInPath = generation.isStreaming
            call.framing = generation.framing
            if call.isInvocation, let model = generation.model {
                call.becomeAnthropic(model: model, isStreaming: generation.isStreaming == true)
            }
            bodies?.note(call)
            let response = ServerResponse(await gateway.answer(call))
            return bodies?.noting(response, to: id) ?? response
        case .storedResponse(let name, let part):
            let stored = StoredResponseCall(
                StoredResponseCall.Action(part, request.method), of: name,
                query: ResourceTable.query(of: request.target), inbound: call)
            return ServerResponse(await gateway.answer(stored))
        case .countTokens(_, let model):
            call.modelInPath = model
            call.streamInPath = false
            return ServerResponse(await gateway.answerTokenCount(call))
        case .embed(let embedding):
            call.modelInPath = embedding.model
            call.streamInPath = false
            return ServerResponse(await gateway.answerEmbeddings(call, isBatch: embedding.isBatch))
        case .resource(let resource, _):
            return ServerResponse(await gateway.answerResource(call, resource))
        case .modelList, .model, .health, .administration:
            return refuse(.unknownPath(request.target.path), call)
        }
    }

    private func credentials(of request: ServerRequest) -> ClientCredentials {
        ClientCredentials(
            headers: request.headers, queryKey: request.target.query == nil ? nil : request.target.queryValue("key"))
    }

    /// Still without its body.
    private func call(
        _ request: ServerRequest, _ endpoint: Endpoint, _ client: ClientIdentity, _ id: String
    ) -> InboundCall {
        var call = call(request, endpoint.format, client, id)
        call.isInvocation = endpoint.isInvocation
        return call
    }

    private func call(
        _ request: ServerRequest, _ format: WireFormat, _ client: ClientIdentity, _ id: String
    ) -> InboundCall {
        var call = InboundCall(id: id, format: format, body: [], headers: request.headers, client: client)
        call.path = request.target.path
        return call
    }

    private func methodRefusal(_ request: ServerRequest, _ endpoint: Endpoint, _ id: String) -> ServerResponse {
        let allowed = (endpoint.methods + ["OPTIONS"]).joined(separator: ", ")
        if request.method == "OPTIONS" {
            return ServerResponse(status: 204, headers: ["allow": allowed, "x-request-id": id])
        }
        let format = endpoint.isInvocation ? WireFormat.converse : endpoint.format
        var response = refuse(.wrongMethod(request.method, request.target.path), format, id)
        response.headers.append("allow", allowed)
        return response
    }

    /// Refuses what a client asked for, which leaves a record.
    private func refuse(_ failure: ProviderFailure, _ call: InboundCall) -> ServerResponse {
        gateway.noteRefusal(call, failure)
        return refuse(failure, call.errorFormat, call.id)
    }

    private func refuse(_ failure: ProviderFailure, _ format: WireFormat, _ id: String) -> ServerResponse {
        ServerResponse(gateway.refusal(failure, format: format, requestID: id))
    }

    private func json(_ body: JSONObject, _ id: String, status: Int = 200) -> ServerResponse {
        ServerResponse(
            status: status, headers: ["x-request-id": id, "content-type": "application/json"],
            body: .bytes(body.serialized()))
    }
}

extension StoredResponseCall.Action {
    /// - Parameter method: one of the part's.
    fileprivate init(_ part: Endpoint.StoredResponsePart, _ method: String) {
        switch part {
        case .whole: self = method == "DELETE" ? .delete : .retrieve
        case .inputItems: self = .inputItems
        case .cancellation: self = .cancel
        }
    }
}

extension ServerResponse {
    /// The gateway's answer; a stream is pulled as fast as the client takes it.
    init(_ reply: OutboundReply) {
        switch reply.body {
        case .bytes(let bytes):
            self.init(status: reply.status, headers: reply.headers, body: .bytes(bytes))
        case .stream(let stream):
            self.init(
                status: reply.status, headers: reply.headers,
                body: .stream { (writer) async throws(ResponseWriteError) in
                    do throws(ResponseWriteError) {
                        while let bytes = await stream.next() { try await writer.write(bytes) }
                        if stream.isBroken { throw .aborted }
                    } catch {
                        stream.cancel()
                        throw error
                    }
                })
        }
    }
}
