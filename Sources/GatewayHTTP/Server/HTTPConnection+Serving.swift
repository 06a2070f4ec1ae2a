import GatewayCore

/// Its asynchronous functions hold what they need across their waits and no more, since a frame lives as long as a response
/// takes; the steps between are kept out of them.
extension HTTPConnection {
    /// What comes before a request's body.
    private enum Opening {
        case request(ServerRequest)
        case refused(RequestRefusal)
        /// Nothing more is to come, or it did not come in time.
        case over
    }

    /// What becomes of the connection after a response.
    private enum Aftermath {
        case nextRequest
        case close
        /// The client may still be sending: closing at once would let its system throw the response away.
        case linger
    }

    private static let lingerTime = Duration.seconds(5)

    /// Answers requests one after the other until the connection ends.
    func serve() async {
        var aftermath = Aftermath.nextRequest
        while aftermath == .nextRequest {
            if needsBreath() { await Task.yield() }
            switch await readHead() {
            case .request(let request): aftermath = await answer(request)
            case .refused(let refusal): aftermath = await refuse(refusal)
            case .over: aftermath = .close
            }
        }
        if !isBroken {
            channel.endWriting()
            if aftermath == .linger || !input.isEmpty { await linger() }
        }
        tearDown()
    }

    @inline(never)
    private func readHead() async -> Opening {
        var parser = RequestHeadParser(limits: host.configuration.limits)
        // A handshake is work for both sides already, so it has no more time than a head has.
        var deadline = loop.now + (channel.isEstablished ? host.keepAliveNanoseconds : host.headNanoseconds)
        while true {
            if !input.isEmpty {
                if parser.isUntouched { deadline = loop.now + host.headNanoseconds }
                if let opening = parse(&parser) { return opening }
            }
            isIdle = parser.isUntouched
            let arrival = await fill(until: deadline)
            isIdle = false
            switch arrival {
            case .bytes: break
            case .end, .broken: return .over
            case .expired:
                guard parser.isUntouched else { return .refused(.headTimedOut) }
                // Perhaps it was only woken as the server drains.
                deadline = min(deadline, host.idleEnd)
                if loop.now >= deadline { return .over }
            }
        }
    }

    /// Nil while the head is not complete.
    @inline(never)
    private func parse(_ parser: inout RequestHeadParser) -> Opening? {
        var head: RequestHead?
        do {
            try input.take { bytes throws(RequestRefusal) in try parser.parse(bytes, head: &head) }
        } catch {
            return .refused(error)
        }
        guard let head = head.take() else { return nil }
        return .request(begin(head))
    }

    /// From here on the connection is at that request.
    private func begin(_ head: consuming RequestHead) -> ServerRequest {
        manner = ResponseManner(
            isHead: head.method == "HEAD", version: head.version, allowsAnother: head.isPersistent)
        isResponding = true
        if peerClosed { task?.cancel() }
        let body = body(of: head)
        return ServerRequest(
            method: head.method, target: head.target, headers: head.headers, body: body, peerAddress: peer,
            isEncrypted: channel.isEncrypted)
    }

    /// The request's body; one that came with the head, as small ones do, needs nobody to read it.
    private func body(of head: borrowing RequestHead) -> RequestBody {
        bodyReader = nil
        switch head.framing {
        case .none: return RequestBody([])
        case .length(let count) where count <= input.count && count <= host.maxBodyBytes:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count)
            input.move(atMost: count, to: &bytes)
            return RequestBody(bytes)
        case .length, .chunked:
            let reader = RequestBodyReader(connection: self, head: head)
            bodyReader = reader
            return RequestBody(source: reader)
        }
    }

    private func answer(_ request: consuming ServerRequest) async -> Aftermath {
        var response = await host.responder.respond(to: request)
        // What was asked is of no use any more while the answer streams.
        _ = consume request
        let framing = begin(&response)
        let staysOpen = await send(response.body, framing)
        isResponding = false
        let reader = bodyReader.take()
        guard !isBroken else { return .close }
        guard let reader, !reader.isComplete else { return staysOpen ? .nextRequest : .close }
        return await finish(reader, staysOpen)
    }

    /// Takes the rest of a body that the responder did not want.
    @inline(never)
    private func finish(_ reader: RequestBodyReader, _ staysOpen: Bool) async -> Aftermath {
        guard staysOpen, await reader.discard() else { return .linger }
        return .nextRequest
    }

    @inline(never)
    private func refuse(_ refusal: RequestRefusal) async -> Aftermath {
        manner = ResponseManner(isHead: false, version: .http11, allowsAnother: false)
        var response = host.configuration.refusal(refusal)
        let framing = begin(&response)
        _ = await send(response.body, framing)
        return .linger
    }

    /// Sends a response that has begun; whether the client may send its next request.
    private func send(_ body: ResponseBody, _ framing: ResponseFraming) async -> Bool {
        do {
            if framing.sendsBody, case .stream(let write) = body { try await stream(write, framing: framing) }
            flush()
            if !output.isEmpty || isBroken { try await drainOutput(to: 0) }
            return !framing.closes
        } catch {
            if framing.body == .untilClose { resetOnClose() }
            abort()
            return false
        }
    }

    /// Writes the head, which is let go of then, and the body where it is here already.
    @inline(never)
    private func begin(_ response: inout ServerResponse) -> ResponseFraming {
        let length: Int? =
            switch response.body {
            case .empty: 0
            case .bytes(let bytes): bytes.count
            case .stream: nil
            }
        let isPersistent =
            manner.allowsAnother && !host.isDraining && !peerClosed && bodyReader?.isWorthFinishing ?? true
        let framing = ResponseFraming(
            isHead: manner.isHead, version: manner.version, status: response.status, length: length,
            isPersistent: isPersistent)
        // What is complete is of no use any more either.
        if bodyReader?.isComplete == true { bodyReader = nil }
        prepareOutput()
        output.gather { bytes in
            // Room for a small body as well, which goes out in the same piece.
            bytes.reserveCapacity(512 + min(length ?? 0, OutputQueue.largeSize))
            ResponseHeadWriter.append(
                status: response.status, headers: response.headers, framing: framing, date: host.date, to: &bytes)
        }
        response.headers = [:]
        if framing.sendsBody, case .bytes(let bytes) = response.body { output.append(bytes) }
        return framing
    }

    private func stream(
        _ write: @Sendable (ResponseWriter) async throws(ResponseWriteError) -> Void, framing: ResponseFraming
    ) async throws(ResponseWriteError) {
        let stream = ResponseStream(connection: self, isChunked: framing.body == .chunked)
        defer { stream.close() }
        // It may last for hours.
        input.giveBack()
        planFlush()
        try await write(ResponseWriter(sink: stream))
        if framing.body == .chunked { output.gather { $0.append("0\r\n\r\n") } }
    }

    /// Takes what the client is still sending, for a while, after everything was sent to it.
    private func linger() async {
        let deadline = loop.now + min(Self.lingerTime.clampedNanoseconds, host.keepAliveNanoseconds)
        input.removeAll()
        while loop.now < deadline {
            guard case .bytes = await fill(until: deadline) else { return }
            input.removeAll()
        }
    }
}

/// What a request says of the way in which it is answered.
struct ResponseManner {
    var isHead = false
    var version = HTTPVersion.http11
    /// Whether the client allows another request on the connection.
    var allowsAnother = false
}
