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
        let endpoint: Endpoint
        /// The provider that the address names.
        let provider: String?
        let client: ClientIdentity
        let id: String

        init(_ request: ServerRequest, _ match: EndpointMatch, _ client: ClientIdentity, _ id: String) {
            self.request = request
            endpoint = match.endpoint
            provider = match.provider
            self.client = client
            self.id = id
        }
    }

    private enum Opening {
        case answered(ServerResponse)
        /// Is answered by the engine.
        case asking(Visit)
        /// Asks for what the gateway knows by itself.
        case looking(Visit)
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
        switch open(request) {
        case .answered(let response): response
        case .asking(let visit): permitted(await exchange(visit), request)
        case .looking(let visit): permitted(await tell(visit), request)
        case .metrics(let id): permitted(await scrape(request, id), request)
        }
    }

    @inline(never)
    private func permitted(_ response: ServerResponse, _ request: ServerRequest) -> ServerResponse {
        var response = response
        cors.permit(request, &response.headers)
        return response
    }

    @inline(never)
    private func open(_ request: ServerRequest) -> Opening {
        if request.method == "OPTIONS", let preflight = cors.preflight(request) { return .answered(preflight) }
        let opening = admit(request)
        if case .answered(let response) = opening { return .answered(permitted(response, request)) }
        return opening
    }

    /// Finds out what is asked for and by whom.
    private func admit(_ request: ServerRequest) -> Opening {
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
        let visit = Visit(request, match, client, id)
        return endpoint.isAnsweredByEngine ? .asking(visit) : .looking(visit)
    }

    @inline(never)
    private func scrape(_ request: ServerRequest, _ id: String) async -> ServerResponse {
        guard let metrics else { return refuse(.unknownPath(request.target.path), .openAI, id) }
        return await metrics.answer(request, gateway, KeylessGuard(cors: cors), id)
    }

    /// Answers what the gateway knows by itself.
    @inline(never)
    private func tell(_ visit: Visit) async -> ServerResponse {
        switch visit.endpoint {
        case .modelList(let format):
            return await modelList(format, of: visit.provider, visit.request, visit.id)
        case .model(let name, let format):
            return await model(name, format, of: visit.provider, visit.id)
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
    @inline(never)
    private func exchange(_ visit: Visit) async -> ServerResponse {
        let call = inboundCall(visit)
        // Rare, and with a frame of its own, which is gone while a provider works.
        if let reading = reading(visit, call), let response = await read(reading, visit, call) { return response }
        guard isGeneration(visit, call) else { return await exchange(visit, call) }
        return told(await gateway.answer(call), visit)
    }

    /// The answer where the body does not come to stand in the call.
    @inline(never)
    private func read(_ reading: Reading, _ visit: Visit, _ call: InboundCall) async -> ServerResponse? {
        switch reading {
        case .refused(let response): response
        case .file(let length): await pass(length, visit, call)
        case .coming: await collect(visit, call)
        }
    }

    /// How a body comes to the engine that is not here yet.
    private enum Reading {
        case refused(ServerResponse)
        /// In pieces, of that length together.
        case file(length: Int)
        case coming
    }

    @inline(never)
    private func inboundCall(_ visit: Visit) -> InboundCall {
        let call = call(visit.request, visit.endpoint, visit.client, visit.id, of: visit.provider)
        call.note(gateway.noteArrival())
        return call
    }

    /// Nil when the body was here, and stands in the call.
    @inline(never)
    private func reading(_ visit: Visit, _ call: InboundCall) -> Reading? {
        if visit.endpoint.takesJSONAlone, let failure = MediaTypeCheck.failure(of: visit.request.headers) {
            return .refused(refuse(failure, call))
        }
        if let length = lengthOfUpload(visit) { return .file(length: length) }
        guard let body = visit.request.body.takeReady() else { return .coming }
        call.body = body
        return nil
    }

    /// Waits for the body; the refusal of one that cannot be read.
    private func collect(_ visit: Visit, _ call: InboundCall) async -> ServerResponse? {
        do {
            call.body = try await visit.request.body.collect()
            return nil
        } catch {
            return refuse(ProviderFailure(error), call)
        }
    }

    /// Whether a reply is asked for; the call is then complete.
    @inline(never)
    private func isGeneration(_ visit: Visit, _ call: InboundCall) -> Bool {
        guard case .generate(let generation) = visit.endpoint else { return false }
        if generation.isInvocation, let model = generation.model {
            call.becomeAnthropic(model: model, isStreaming: generation.isStreaming == true)
        }
        bodies?.note(call)
        return true
    }

    @inline(never)
    private func told(_ reply: OutboundReply, _ visit: Visit) -> ServerResponse {
        let response = ServerResponse(reply)
        return bodies?.noting(response, to: visit.id) ?? response
    }

    /// What is asked for besides replies.
    @inline(never)
    private func exchange(_ visit: Visit, _ call: InboundCall) async -> ServerResponse {
        switch visit.endpoint {
        case .storedResponse(let name, let part):
            let stored = StoredResponseCall(
                StoredResponseCall.Action(part, visit.request.method), of: name,
                query: ResourceTable.query(of: visit.request.target), inbound: call)
            return ServerResponse(await gateway.answer(stored))
        case .countTokens:
            return ServerResponse(await gateway.answerTokenCount(call))
        case .embed(let embedding):
            return ServerResponse(await gateway.answerEmbeddings(call, isBatch: embedding.isBatch))
        case .resource(let resource, _):
            return ServerResponse(await gateway.answerResource(call, resource))
        case .generate, .modelList, .model, .health, .administration:
            return refuse(.unknownPath(visit.request.target.path), call)
        }
    }

    /// Of a file; nil for every other request, and where the client does not tell it.
    private func lengthOfUpload(_ visit: Visit) -> Int? {
        guard case .resource(let resource, _) = visit.endpoint, ResourceTable.isUpload(resource) else { return nil }
        return visit.request.body.length
    }

    /// Passes a file on while it arrives.
    @inline(never)
    private func pass(_ length: Int, _ visit: Visit, _ call: InboundCall) async -> ServerResponse {
        guard case .resource(let resource, _) = visit.endpoint else {
            return refuse(.unknownPath(visit.request.target.path), call)
        }
        let (limit, setting) = (gateway.state.configuration.server.maxUploadBytes, "server.max_upload_bytes")
        guard length <= limit else {
            return refuse(ProviderFailure(RequestBodyError.tooLarge(limit: limit), limitedBy: setting), call)
        }
        visit.request.body.raiseLimit(to: limit)
        let body = visit.request.body.pieces()
        let upload = ClientUpload(
            length: length,
            read: { () async throws(ProviderFailure) in
                do throws(RequestBodyError) {
                    return try await body.next()
                } catch {
                    throw ProviderFailure(error, limitedBy: setting)
                }
            }, stop: { body.stop() })
        return ServerResponse(await gateway.answerResource(call, resource, upload: upload))
    }

    private func credentials(of request: ServerRequest) -> ClientCredentials {
        ClientCredentials(
            headers: request.headers, queryKey: request.target.query == nil ? nil : request.target.queryValue("key"))
    }

    /// Still without its body.
    private func call(
        _ request: ServerRequest, _ endpoint: Endpoint, _ client: ClientIdentity, _ id: String,
        of provider: String? = nil
    ) -> InboundCall {
        let call = InboundCall(id: id, format: endpoint.format, body: [], headers: request.headers, client: client)
        endpoint.note(request.target.path, of: provider, in: call)
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
                        try await stream.drain { bytes async throws(ResponseWriteError) in
                            if try !writer.offer(bytes) { try await writer.write(bytes) }
                        }
                        if stream.isBroken { throw .aborted }
                    } catch {
                        stream.cancel()
                        throw error
                    }
                })
        }
    }
}
