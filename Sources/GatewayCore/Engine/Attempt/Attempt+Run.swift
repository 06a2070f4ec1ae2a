extension Attempt {
    /// Asks, and returns when the answer has begun or failed; nil is success.
    ///
    /// Nothing has gone to the client by then, so another instance can still take over.
    func run(_ question: Exchange.Question) async -> ExchangeFailure? {
        do throws(ExchangeFailure) {
            if try !composeAtOnce(question) { try await compose(question) }
            try checkLosses(question)
            if !takeAccess() { try await fetchAccess() }
            try await send(question)
            if !isAccepted { try await sendAgain(question) }
            begin(question)
            if question.isStreaming {
                try await open()
            } else if try !takeReply() {
                try await collect()
            }
            return nil
        } catch {
            return error
        }
    }

    // The steps between two waits are kept out of the functions that wait: what they need on the stack would become part of
    // asynchronous frames, which a task never gives back. What travels from one to the next stands in the attempt.

    private var composer: CallComposer {
        CallComposer(route: candidate.route, instance: instance, speech: speech, media: services.media)
    }

    /// False where composing may have to wait.
    @inline(never)
    private func composeAtOnce(_ question: Exchange.Question) throws(ExchangeFailure) -> Bool {
        composed = try question.composeAtOnce?(composer)
        return composed != nil
    }

    @inline(never)
    private func compose(_ question: Exchange.Question) async throws(ExchangeFailure) {
        composed = try await question.compose(composer)
    }

    @inline(never)
    private func checkLosses(_ question: Exchange.Question) throws(ExchangeFailure) {
        guard question.policy == .strict, let composed else { return }
        if let refusal = LossLedger(composed.notes).refusal(provider: instance.providerKey) { throw refusal }
    }

    /// The answer has a head.
    @inline(never)
    private func begin(_ question: Exchange.Question) {
        if let recording = question.recorder?.recording(), let body = response?.body {
            self.recording = recording
            response?.body = RecordedBody(body, recording)
        }
        if question.isStreaming, let composed { pipe = makePipe(question, composed) }
    }

    // MARK: The request

    /// False where a credential may have to be fetched.
    @inline(never)
    private func takeAccess() -> Bool {
        access = instance.accessAtOnce(key: candidate.admission.key)
        return access != nil
    }

    @inline(never)
    private func fetchAccess() async throws(ExchangeFailure) {
        do {
            access = try await instance.access(key: candidate.admission.key)
        } catch {
            throw unavailable(error)
        }
    }

    /// Sends the call and waits for the head of the answer, whatever it is.
    @inline(never)
    private func send(_ question: Exchange.Question) async throws(ExchangeFailure) {
        let request = try describe(question)
        wasSent = true
        let asked = now
        do {
            response = try await instance.transport.send(consume request)
        } catch {
            throw failure(error, question, since: asked)
        }
        noteHead(since: asked)
    }

    /// Whether the answer is a success.
    private var isAccepted: Bool {
        @inline(never) get { response.map { (200..<300).contains($0.status) } ?? false }
    }

    /// A fetched credential that was refused is replaced once; anything else but a success is thrown, with the provider's own
    /// status.
    @inline(never)
    private func sendAgain(_ question: Exchange.Question) async throws(ExchangeFailure) {
        if let response, let access, question.upload?.hasBegun != true,
            response.status == 401 || response.status == 403,
            let renewed = await instance.access(insteadOf: access, key: candidate.admission.key)
        {
            response.body.cancel()
            self.access = renewed
            try await send(question)
        }
        guard !isAccepted, let response else { return }
        throw refusal(response, body: await errorBody(of: response))
    }

    private var now: MonotonicInstant {
        @inline(never) get { state.now() }
    }

    @inline(never)
    private func noteWait(since instant: MonotonicInstant) {
        waited += now - instant
    }

    @inline(never)
    private func noteHead(since asked: MonotonicInstant) {
        let now = now
        waited += now - asked
        if let response { head = (response.status, now - began) }
    }

    @inline(never)
    private func failure(
        _ error: TransportError, _ question: Exchange.Question, since asked: MonotonicInstant
    ) -> ExchangeFailure {
        noteWait(since: asked)
        return question.upload?.failure.map { failure($0) } ?? failure(error)
    }

    @inline(never)
    private func describe(_ question: Exchange.Question) throws(ExchangeFailure) -> TransportRequest {
        var call = ProviderCall(
            model: candidate.route.model, isStreaming: question.isStreaming, body: composed?.body ?? [],
            clientHeaders: question.clientHeaders, access: access ?? ProviderAccess())
        call.operation = question.operation
        var request = try transportRequest(for: call)
        request.upload = question.upload
        if let traceparent { request.headers["traceparent"] = traceparent }
        request.isStream = question.isStreaming && question.operation == .generate
        bound(&request.timeouts, question)
        return request
    }

    private func transportRequest(for call: ProviderCall) throws(ExchangeFailure) -> TransportRequest {
        do {
            return try instance.provider(key: candidate.admission.key, speech).transportRequest(for: call)
        } catch {
            throw unavailable(error)
        }
    }

    /// No phase lasts beyond the request's deadline. A stream that has begun may, unless the client said otherwise.
    private func bound(_ timeouts: inout TransportTimeouts, _ question: Exchange.Question) {
        let left = max(deadline - now, .milliseconds(1))
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
        let end = min(deadline, state.now() + Exchange.errorPatience)
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
        while !isOpen { try await read() }
        if let broken = brokenOpening() { throw broken }
    }

    private func read() async throws(ExchangeFailure) {
        guard let body = response?.body else { return }
        let asked = now
        do {
            if try isInTime(body) { take(try await body.next()) } else { take(try await nextUntilDeadline(of: body)) }
        } catch {
            throw failed(error, since: asked)
        }
        noteWait(since: asked)
    }

    @inline(never)
    private func failed(_ error: TransportError, since asked: MonotonicInstant) -> ExchangeFailure {
        noteWait(since: asked)
        return failure(error)
    }

    /// Nothing has gone to the client: whoever is asked next begins anew.
    @inline(never)
    private func brokenOpening() -> ExchangeFailure? {
        guard let failed = pipe?.failure ?? pipe?.breakOff else { return nil }
        response?.body.cancel()
        return failure(failed)
    }

    private var isOpen: Bool {
        @inline(never) get {
            guard let pipe else { return true }
            return pipe.isCommitted || pipe.isOver || pipe.breakOff != nil || opening.count > Exchange.maxOpeningBytes
        }
    }

    @inline(never)
    private func take(_ bytes: [UInt8]?) {
        if let bytes { pipe?.take(bytes, into: &opening) } else { pipe?.end(into: &opening) }
    }

    /// Whether the body's own limit of silence ends before the deadline, so that it is left to watch over the next bytes.
    @inline(never)
    private func isInTime(_ body: any TransportBody) throws(TransportError) -> Bool {
        let now = now
        guard now < deadline else {
            body.cancel()
            throw .timedOut(.total)
        }
        return now + idleTimeout < deadline
    }

    /// The next bytes, or `.timedOut(.total)` at the deadline.
    @inline(never)
    private func nextUntilDeadline(of body: any TransportBody) async throws(TransportError) -> [UInt8]? {
        let result = await watching(body, until: deadline) { body in
            do throws(TransportError) {
                return Result<[UInt8]?, TransportError>.success(try await body.next())
            } catch {
                return .failure(error)
            }
        }
        if case .failure(.cancelled) = result, !Task.isCancelled, state.now() >= deadline {
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

    /// False where it is not here as a whole. A client that has left is found by waiting.
    @inline(never)
    private func takeReply() throws(ExchangeFailure) -> Bool {
        guard !Task.isCancelled, let body = response?.body, let bytes = body.takeWhole() else { return false }
        guard bytes.count <= Exchange.maxReplyBytes else {
            throw failure(.malformed(detail: "the body is longer than \(Exchange.maxReplyBytes) bytes"))
        }
        try read(bytes)
        return true
    }

    @inline(never)
    private func collect() async throws(ExchangeFailure) {
        guard let body = response?.body else { return }
        let asked = now
        let bytes: [UInt8]
        do {
            bytes = try await body.collect(upTo: Exchange.maxReplyBytes)
        } catch {
            throw failed(error, since: asked)
        }
        noteWait(since: asked)
        try read(bytes)
    }

    @inline(never)
    private func read(_ bytes: [UInt8]) throws(ExchangeFailure) {
        guard let response else { return }
        switch composed?.way {
        case .relay?, nil:
            usage = try usage(of: bytes)
            answer = .relayed(bytes, response)
        case .translation?:
            var reply = try decode(bytes)
            composed?.toolNames.restore(&reply)
            if let memory = composed?.memory { for candidate in reply.candidates { memory.keep(candidate.parts) } }
            usage = reply.usage
            answer = .decoded(reply)
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
