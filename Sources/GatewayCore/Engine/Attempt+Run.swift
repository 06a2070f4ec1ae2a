extension Attempt {
    /// Asks, and returns when the answer has begun or failed; nil is success.
    ///
    /// Nothing has gone to the client by then, so another instance can still take over.
    func run(_ question: Exchange.Question) async -> ExchangeFailure? {
        do throws(ExchangeFailure) {
            take(try await question.compose(composer))
            try checkLosses(question)
            take(try await send(question), question)
            if question.isStreaming { try await open() } else { try await collect() }
            return nil
        } catch {
            return error
        }
    }

    // The steps between two waits are kept out of the functions that wait: what they need on the stack would become part of
    // asynchronous frames, which a task never gives back.

    private var composer: CallComposer {
        CallComposer(route: candidate.route, instance: instance, speech: speech, media: services.media)
    }

    @inline(never)
    private func take(_ composed: ComposedCall) { self.composed = composed }

    @inline(never)
    private func checkLosses(_ question: Exchange.Question) throws(ExchangeFailure) {
        guard question.policy == .strict, let composed else { return }
        if let refusal = LossLedger(composed.notes).refusal(provider: instance.providerKey) { throw refusal }
    }

    @inline(never)
    private func take(_ response: TransportResponse, _ question: Exchange.Question) {
        self.response = response
        if let recording = question.recorder?.recording() {
            self.recording = recording
            self.response?.body = RecordedBody(response.body, recording)
        }
        if question.isStreaming, let composed { pipe = makePipe(question, composed) }
    }

    // MARK: The request

    /// Sends the call and waits for the head of a success; anything else is thrown, with the provider's own status. A
    /// fetched credential that is refused is replaced once.
    @inline(never)
    private func send(_ question: Exchange.Question) async throws(ExchangeFailure) -> TransportResponse {
        var access = try await firstAccess()
        var isRenewed = false
        while true {
            let request = try describe(question, access)
            wasSent = true
            let asked = services.monotonicClock.now()
            let response: TransportResponse
            do {
                response = try await instance.transport.send(request)
            } catch {
                noteWait(since: asked)
                if let told = question.upload?.failure { throw failure(told) }
                throw failure(error)
            }
            noteWait(since: asked)
            head = (response.status, services.monotonicClock.now() - began)
            guard !(200..<300).contains(response.status) else { return response }
            if !isRenewed, question.upload?.hasBegun != true, response.status == 401 || response.status == 403,
                let renewed = await instance.access(insteadOf: access, key: candidate.admission.key)
            {
                response.body.cancel()
                access = renewed
                isRenewed = true
                continue
            }
            throw refusal(response, body: await errorBody(of: response))
        }
    }

    private func noteWait(since instant: MonotonicInstant) {
        waited += services.monotonicClock.now() - instant
    }

    private func firstAccess() async throws(ExchangeFailure) -> ProviderAccess {
        do {
            return try await instance.access(key: candidate.admission.key)
        } catch {
            throw unavailable(error)
        }
    }

    @inline(never)
    private func describe(
        _ question: Exchange.Question, _ access: ProviderAccess
    ) throws(ExchangeFailure) -> TransportRequest {
        var call = ProviderCall(
            model: candidate.route.model, isStreaming: question.isStreaming, body: composed?.body ?? [],
            clientHeaders: question.clientHeaders)
        call.access = access
        call.operation = question.operation
        do {
            var request = try instance.provider(key: candidate.admission.key, speech).transportRequest(for: call)
            request.upload = question.upload
            if let traceparent { request.headers["traceparent"] = traceparent }
            request.isStream = question.isStreaming && question.operation == .generate
            bound(&request.timeouts, question)
            return request
        } catch {
            throw unavailable(error)
        }
    }

    /// No phase lasts beyond the request's deadline. A stream that has begun may, unless the client said otherwise.
    private func bound(_ timeouts: inout TransportTimeouts, _ question: Exchange.Question) {
        let left = max(deadline - services.monotonicClock.now(), .milliseconds(1))
        timeouts.connect = min(timeouts.connect, left)
        timeouts.firstByte = min(timeouts.firstByte, left)
        if !question.isStreaming || question.timeout != nil { timeouts.total = min(timeouts.total ?? left, left) }
        idleTimeout = timeouts.idle
    }

    private func refusal(_ response: TransportResponse, body: [UInt8]) -> ExchangeFailure {
        var refusal = codec.decodeFailure(status: response.status, headers: response.headers, body: body)
        if refusal.retryAfter == nil, [.rateLimited, .overloaded].contains(FailureClass(refusal)) {
            refusal.retryAfter = RateLimitReset.delay(in: response.headers, at: services.clock.now())
        }
        return failure(refusal)
    }

    @inline(never)
    private func errorBody(of response: TransportResponse) async -> [UInt8] {
        let end = min(deadline, services.monotonicClock.now() + Exchange.errorPatience)
        let text = await watching(response.body, until: end) { body in
            var text: [UInt8] = []
            // An error whose body breaks off or comes slowly is still that error: what came is enough.
            while text.count < Exchange.maxErrorBytes, let bytes = try? await body.next() { text += bytes }
            return text
        }
        response.body.cancel()
        return text
    }

    private func unavailable(_ error: ProviderError) -> ExchangeFailure {
        failure(ProviderFailure(kind: .unavailable, status: 503, message: error.message))
    }

    // MARK: A stream

    /// Reads the stream until its answer has begun in earnest. One that says nothing but comments is taken for an answer
    /// after `Exchange.maxOpeningBytes` of them.
    private func open() async throws(ExchangeFailure) {
        guard let body = response?.body else { return }
        while !isOpen {
            do {
                take(try await next(of: body))
            } catch {
                throw failure(error)
            }
        }
        // Nothing has gone to the client: whoever is asked next begins anew.
        if let failed = pipe?.failure ?? pipe?.breakOff {
            body.cancel()
            throw failure(failed)
        }
    }

    private var isOpen: Bool {
        guard let pipe else { return true }
        return pipe.isCommitted || pipe.isOver || pipe.breakOff != nil || opening.count > Exchange.maxOpeningBytes
    }

    @inline(never)
    private func take(_ bytes: [UInt8]?) {
        if let bytes { pipe?.take(bytes, into: &opening) } else { pipe?.end(into: &opening) }
    }

    /// The next bytes, or `.timedOut(.total)` at the deadline. The body's own limit of silence is left to watch over it
    /// where that ends first.
    private func next(of body: any TransportBody) async throws(TransportError) -> [UInt8]? {
        let now = services.monotonicClock.now()
        defer { noteWait(since: now) }
        guard now < deadline else {
            body.cancel()
            throw .timedOut(.total)
        }
        if now + idleTimeout < deadline { return try await body.next() }
        return try await nextUntilDeadline(of: body)
    }

    @inline(never)
    private func nextUntilDeadline(of body: any TransportBody) async throws(TransportError) -> [UInt8]? {
        let result = await watching(body, until: deadline) { body in
            do throws(TransportError) {
                return Result<[UInt8]?, TransportError>.success(try await body.next())
            } catch {
                return .failure(error)
            }
        }
        if case .failure(.cancelled) = result, !Task.isCancelled, services.monotonicClock.now() >= deadline {
            throw .timedOut(.total)
        }
        return try result.get()
    }

    /// Reads, and cancels the body at that moment if reading has not come to an end.
    private func watching<Value: Sendable>(
        _ body: any TransportBody, until end: MonotonicInstant, _ read: (any TransportBody) async -> Value
    ) async -> Value {
        let clock = services.monotonicClock
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await clock.sleep(until: end)
                if !Task.isCancelled { body.cancel() }
            }
            let value = await read(body)
            group.cancelAll()
            return value
        }
    }

    // MARK: A whole reply

    private func collect() async throws(ExchangeFailure) {
        guard let body = response?.body else { return }
        let asked = services.monotonicClock.now()
        do {
            bytes = try await body.collect(upTo: Exchange.maxReplyBytes)
        } catch {
            noteWait(since: asked)
            throw failure(error)
        }
        noteWait(since: asked)
        try read(bytes)
    }

    @inline(never)
    private func read(_ bytes: [UInt8]) throws(ExchangeFailure) {
        switch composed?.way {
        case .relay?, nil: usage = try usage(of: bytes)
        case .translation?:
            var reply = try decode(bytes)
            composed?.toolNames.restore(&reply)
            if let memory = composed?.memory { for candidate in reply.candidates { memory.keep(candidate.parts) } }
            usage = reply.usage
            self.reply = reply
        }
    }

    /// The usage of a reply that is passed on unread; throws when it is no JSON object at all.
    private func usage(of reply: [UInt8]) throws(ExchangeFailure) -> TokenUsage? {
        let peek: JSONPeek
        do {
            peek = try JSONPeek(reply)
        } catch {
            throw malformed("its reply is not JSON: \(error)")
        }
        guard peek.root.kind == .object else { throw malformed("its reply is not a JSON object") }
        return codec.countUsage(in: peek)
    }

    private func decode(_ reply: [UInt8]) throws(ExchangeFailure) -> ChatReply {
        let object: JSONObject?
        do {
            object = try JSONValue(parsing: reply).object
        } catch {
            throw malformed("its reply is not JSON: \(error)")
        }
        guard let object else { throw malformed("its reply is not a JSON object") }
        if let told = codec.failure(inReply: object) { throw failure(told) }
        do {
            return try codec.decodeReply(object)
        } catch {
            throw malformed("\(error.pointer) \(error.message)")
        }
    }
}
