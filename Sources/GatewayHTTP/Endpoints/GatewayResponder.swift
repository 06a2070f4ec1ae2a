import GatewayCore

/// The gateway's API over HTTP: finds the endpoint, lets the client in or not, and turns answers into responses.
///
/// Its asynchronous functions hold what they need across their waits and no more, since a frame lives as long as a provider
/// works; the steps between are kept out of them.
package final class GatewayResponder: HTTPResponder {
    private let gateway: Gateway
    private let cors: CORSPolicy
    private let health: HealthMonitor
    private let metrics: MetricsEndpoint?
    private let bodies: BodyLog?
    private let administration: AdministrationAPI

    /// A request that is let in.
    private final class Visit: Sendable {
        let request: ServerRequest
        let match: EndpointMatch
        let client: ClientIdentity
        let id: String

        init(_ request: ServerRequest, _ match: EndpointMatch, _ client: ClientIdentity, _ id: String) {
            self.request = request
            self.match = match
            self.client = client
            self.id = id
        }
    }

    private enum Opening {
        case answered(ServerResponse)
        case admitted(Visit)
        /// Asks for metrics, which have no place among the endpoints.
        case metrics(id: String)
    }

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
        if request.method == "OPTIONS", let preflight = cors.preflight(request) { return preflight }
        return switch open(request) {
        case .answered(let response): permitted(response, request)
        case .admitted(let visit): permitted(await answer(visit), request)
        case .metrics(let id): permitted(await scrape(request, id), request)
        }
    }

    @inline(never)
    private func permitted(_ response: ServerResponse, _ request: ServerRequest) -> ServerResponse {
        var response = response
        cors.permit(request, &response.headers)
        return response
    }

    /// Finds out what is asked for and by whom.
    @inline(never)
    private func open(_ request: ServerRequest) -> Opening {
        let id = gateway.makeRequestID()
        if let metrics, request.target.path == metrics.path { return .metrics(id: id) }
        guard let match = EndpointMatch(request) else {
            let (failure, format) = (
                ProviderFailure.unknownPath(request.target.path), EndpointMatch.format(of: request)
            )
            // Who has no key asks for all sorts of paths: that is nobody's record.
            guard let client = gateway.identify(credentials(of: request)) else {
                return .answered(refuse(failure, format, id))
            }
            return .answered(refuse(failure, call(request, format, client, id)))
        }
        let endpoint = match.endpoint
        guard endpoint.methods.contains(request.method) else { return .answered(methodRefusal(request, endpoint, id)) }
        var client = ClientIdentity(keyName: nil)
        if endpoint.needsKey {
            if !gateway.requiresKey, let failure = KeylessGuard(cors: cors).failure(of: request.headers) {
                return .answered(refuse(failure, call(request, endpoint, client, id)))
            }
            let credentials = credentials(of: request)
            guard let identity = gateway.identify(credentials) else {
                let failure: ProviderFailure = credentials.key == nil ? .missingKey : .wrongKey
                return .answered(refuse(failure, call(request, endpoint, client, id)))
            }
            client = identity
        }
        return .admitted(Visit(request, match, client, id))
    }

    private func scrape(_ request: ServerRequest, _ id: String) async -> ServerResponse {
        guard let metrics else { return refuse(.unknownPath(request.target.path), .openAI, id) }
        return await metrics.answer(request, gateway, KeylessGuard(cors: cors), id)
    }

    private func answer(_ visit: Visit) async -> ServerResponse {
        switch visit.match.endpoint {
        case .generate, .storedResponse, .countTokens, .embed, .resource: await exchange(visit)
        case .modelList, .model, .health, .administration: await tell(visit)
        }
    }

    /// Answers what the gateway knows by itself.
    private func tell(_ visit: Visit) async -> ServerResponse {
        switch visit.match.endpoint {
        case .modelList(let format):
            return await modelList(format, of: visit.match.provider, visit.request, visit.id)
        case .model(let name, let format):
            return await model(name, format, of: visit.match.provider, visit.id)
        case .health(let check):
            let report = health.report(check, gateway: gateway)
            return json(report.body, visit.id, status: report.status)
        case .administration(let action):
            return await administration.answer(action, visit.request, visit.client, visit.id)
        case .generate, .storedResponse, .countTokens, .embed, .resource:
            return refuse(.unknownPath(visit.request.target.path), .openAI, visit.id)
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
    private func exchange(_ visit: Visit) async -> ServerResponse {
        let call = inboundCall(visit)
        if let failure = mediaTypeFailure(visit) { return refuse(failure, call) }
        if let file = upload(visit) { return await pass(file, visit, call) }
        do {
            call.body = try await visit.request.body.collect()
        } catch {
            return refuse(ProviderFailure(error), call)
        }
        guard case .generate = visit.match.endpoint else { return await exchange(visit, call) }
        fillIn(call, visit)
        return told(await gateway.answer(call), visit)
    }

    @inline(never)
    private func mediaTypeFailure(_ visit: Visit) -> ProviderFailure? {
        visit.match.endpoint.takesJSONAlone ? MediaTypeCheck.failure(of: visit.request.headers) : nil
    }

    @inline(never)
    private func inboundCall(_ visit: Visit) -> InboundCall {
        let call = call(visit.request, visit.match.endpoint, visit.client, visit.id)
        call.arrival = gateway.noteArrival()
        call.pinnedProvider = visit.match.provider
        return call
    }

    @inline(never)
    private func fillIn(_ call: InboundCall, _ visit: Visit) {
        guard case .generate(let generation) = visit.match.endpoint else { return }
        call.isAnyFormat = generation.isAnyFormat
        call.modelInPath = generation.model
        call.streamInPath = generation.isStreaming
        call.framing = generation.framing
        if call.isInvocation, let model = generation.model {
            call.becomeAnthropic(model: model, isStreaming: generation.isStreaming == true)
        }
        bodies?.note(call)
    }

    @inline(never)
    private func told(_ reply: OutboundReply, _ visit: Visit) -> ServerResponse {
        let response = ServerResponse(reply)
        return bodies?.noting(response, to: visit.id) ?? response
    }

    /// What is asked for besides replies.
    @inline(never)
    private func exchange(_ visit: Visit, _ call: InboundCall) async -> ServerResponse {
        switch visit.match.endpoint {
        case .storedResponse(let name, let part):
            let stored = StoredResponseCall(
                StoredResponseCall.Action(part, visit.request.method), of: name,
                query: ResourceTable.query(of: visit.request.target), inbound: call)
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
        case .generate, .modelList, .model, .health, .administration:
            return refuse(.unknownPath(visit.request.target.path), call)
        }
    }

    /// A file whose length is known; nil for every other request.
    @inline(never)
    private func upload(_ visit: Visit) -> (resource: ResourceRequest, length: Int)? {
        guard case .resource(let resource, _) = visit.match.endpoint, ResourceTable.isUpload(resource),
            let length = visit.request.body.length
        else { return nil }
        return (resource, length)
    }

    /// Passes a file on while it arrives.
    private func pass(
        _ file: (resource: ResourceRequest, length: Int), _ visit: Visit, _ call: InboundCall
    ) async -> ServerResponse {
        let limit = gateway.state.configuration.server.maxUploadBytes
        guard file.length <= limit else {
            return refuse(ProviderFailure(RequestBodyError.tooLarge(limit: limit)), call)
        }
        let body = visit.request.body
        body.raiseLimit(to: limit)
        let upload = ClientUpload(
            length: file.length,
            read: { () async throws(ProviderFailure) in
                do throws(RequestBodyError) {
                    return try await body.next()
                } catch {
                    throw ProviderFailure(error)
                }
            }, stop: { body.stop() })
        return ServerResponse(await gateway.answerResource(call, file.resource, upload: upload))
    }

    private func credentials(of request: ServerRequest) -> ClientCredentials {
        ClientCredentials(
            headers: request.headers, queryKey: request.target.query == nil ? nil : request.target.queryValue("key"))
    }

    /// Still without its body.
    private func call(
        _ request: ServerRequest, _ endpoint: Endpoint, _ client: ClientIdentity, _ id: String
    ) -> InboundCall {
        let call = call(request, endpoint.format, client, id)
        call.isInvocation = endpoint.isInvocation
        return call
    }

    private func call(
        _ request: ServerRequest, _ format: WireFormat, _ client: ClientIdentity, _ id: String
    ) -> InboundCall {
        let call = InboundCall(id: id, format: format, body: [], headers: request.headers, client: client)
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
    @inline(never)
    private func refuse(_ failure: ProviderFailure, _ call: InboundCall) -> ServerResponse {
        gateway.noteRefusal(call, failure)
        return refuse(failure, call.errorFormat, call.id)
    }

    @inline(never)
    private func refuse(_ failure: ProviderFailure, _ format: WireFormat, _ id: String) -> ServerResponse {
        ServerResponse(gateway.refusal(failure, format: format, requestID: id))
    }

    @inline(never)
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
