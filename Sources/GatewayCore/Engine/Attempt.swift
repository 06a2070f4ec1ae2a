/// One instance is asked once.
struct Attempt {
    let instance: ProviderInstance
    let codec: any WireCodec
    /// Told how long the provider was waited for.
    var journal: RequestJournal?

    /// Sends the call and waits for the head of a success; anything else is thrown, with the provider's own status. A
    /// fetched credential that is refused is replaced once.
    ///
    /// - Parameter noteStatus: told the status of whatever answer comes, as soon as it is there.
    func send(
        _ call: ProviderCall, noteStatus: (Int) -> Void
    ) async throws(ExchangeFailure) -> TransportResponse {
        var call = call
        var isRenewed = false
        do {
            call.access = try await instance.access()
        } catch {
            throw unavailable(error)
        }
        while true {
            let request = try describe(call)
            let response: TransportResponse
            let asked = ContinuousClock.now
            do {
                response = try await instance.transport.send(request)
                journal?.noteWait(since: asked)
            } catch {
                journal?.noteWait(since: asked)
                throw failure(ProviderFailure(error, provider: instance.providerKey))
            }
            noteStatus(response.status)
            guard !(200..<300).contains(response.status) else { return response }
            if !isRenewed, response.status == 401 || response.status == 403,
                let access = await instance.access(insteadOf: call.access)
            {
                response.body.cancel()
                call.access = access
                isRenewed = true
                continue
            }
            let body = await errorBody(of: response)
            throw failure(codec.decodeFailure(status: response.status, headers: response.headers, body: body))
        }
    }

    /// Reads a stream until its answer has begun in earnest, and gives what the client may be sent by then. A stream that
    /// fails before that is thrown: another instance can still take over. One that says nothing but comments is taken for
    /// an answer after `Exchange.maxOpeningBytes` of them.
    func open(
        _ response: TransportResponse, through pipe: inout any StreamPipe
    ) async throws(ExchangeFailure) -> [UInt8] {
        var opening: [UInt8] = []
        while !pipe.isCommitted, !pipe.isOver, opening.count <= Exchange.maxOpeningBytes {
            do {
                if let bytes = try await next(of: response.body) {
                    pipe.take(bytes, into: &opening)
                } else {
                    pipe.end(into: &opening)
                }
            } catch {
                throw failure(ProviderFailure(error, provider: instance.providerKey))
            }
        }
        if let failed = pipe.failure {
            response.body.cancel()
            throw failure(failed)
        }
        return opening
    }

    /// The whole body of a reply.
    func collect(_ response: TransportResponse, upTo limit: Int) async throws(ExchangeFailure) -> [UInt8] {
        var collected: [UInt8] = []
        do {
            while let bytes = try await next(of: response.body) {
                if collected.isEmpty { collected = bytes } else { collected += bytes }
                guard collected.count <= limit else {
                    response.body.cancel()
                    throw failure(malformed("its reply is longer than \(limit) bytes"))
                }
            }
        } catch let error as TransportError {
            throw failure(ProviderFailure(error, provider: instance.providerKey))
        } catch let error as ExchangeFailure {
            throw error
        } catch {
            throw failure(malformed("\(error)"))
        }
        return collected
    }

    private func next(of body: any TransportBody) async throws(TransportError) -> [UInt8]? {
        let asked = ContinuousClock.now
        defer { journal?.noteWait(since: asked) }
        return try await body.next()
    }

    /// The usage of a reply that is passed on unread; throws when it is no JSON object at all.
    func usage(of reply: [UInt8]) throws(ExchangeFailure) -> TokenUsage? {
        do {
            let peek = try JSONPeek(reply)
            guard peek.root.kind == .object else { throw failure(malformed("its reply is not a JSON object")) }
            return codec.countUsage(in: peek)
        } catch let error as ExchangeFailure {
            throw error
        } catch {
            throw failure(malformed("its reply is not JSON: \(error)"))
        }
    }

    func decode(_ reply: [UInt8]) throws(ExchangeFailure) -> ChatReply {
        let object: JSONObject?
        do {
            object = try JSONValue(parsing: reply).object
        } catch {
            throw failure(malformed("its reply is not JSON: \(error)"))
        }
        guard let object else { throw failure(malformed("its reply is not a JSON object")) }
        do {
            return try codec.decodeReply(object)
        } catch {
            throw failure(malformed("\(error.pointer) \(error.message)"))
        }
    }

    private func errorBody(of response: TransportResponse) async -> [UInt8] {
        var body: [UInt8] = []
        // An error whose body breaks off is still that error: what came is enough.
        while body.count < Exchange.maxErrorBytes, let bytes = try? await next(of: response.body) { body += bytes }
        response.body.cancel()
        return body
    }

    private func describe(_ call: ProviderCall) throws(ExchangeFailure) -> TransportRequest {
        do {
            return try instance.provider.request(for: call)
        } catch {
            throw unavailable(error)
        }
    }

    private func unavailable(_ error: ProviderError) -> ExchangeFailure {
        failure(ProviderFailure(kind: .unavailable, status: 503, message: error.message))
    }

    private func failure(_ failure: ProviderFailure) -> ExchangeFailure {
        ExchangeFailure(failure, provider: instance.providerKey)
    }

    private func malformed(_ detail: String) -> ProviderFailure {
        ProviderFailure(
            kind: .malformed, status: 502,
            message: "The provider \"\(instance.providerKey)\" answered what its format does not allow: \(detail)")
    }
}
