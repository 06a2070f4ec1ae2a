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
        if !input.isEmpty {
            // It came with the request before.
            deadline = loop.now + host.headNanoseconds
            if let opening = parseInput(&parser) { return opening }
        }
        while true {
            let isFirst = parser.isUntouched
            var opening: Opening?
            isIdle = isFirst
            let arrival = await receive(until: deadline) { $0.readHead(&parser, &opening) }
            isIdle = false
            if let opening { return opening }
            switch arrival {
            case .bytes: if isFirst { deadline = loop.now + host.headNanoseconds }
            case .end, .broken: return .over
            case .expired:
                guard isFirst else { return .refused(.headTimedOut) }
                // Perhaps it was only woken as the server drains.
                deadline = min(deadline, host.idleEnd)
                if loop.now >= deadline { return .over }
            }
        }
    }

    /// So much is read while a head is awaited: what is left of a larger body is read to where it stays.
    private static let headReadSize = 16 * 1024

    /// Makes one attempt to read. What comes is parsed where it lies.
    @inline(never)
    private func readHead(_ parser: inout RequestHeadParser, _ opening: inout Opening?) -> ChannelRead {
        let room = UnsafeMutableRawBufferPointer(rebasing: host.scratch[..<Self.headReadSize])
        let read = channel.read(into: room)
        guard case .bytes(let count, _) = read else { return read }
        guard input.isEmpty else {
            input.append(UnsafeRawBufferPointer(rebasing: room[..<count]))
            opening = parseInput(&parser)
            return read
        }
        let bytes = UnsafeBufferPointer(rebasing: room.bindMemory(to: UInt8.self)[..<count])
        let taken = parse(bytes, &parser, &opening)
        if taken < count { input.append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[taken...]))) }
        return read
    }

    private func parseInput(_ parser: inout RequestHeadParser) -> Opening? {
        var opening: Opening?
        input.take { bytes in bytes.withUnsafeBufferPointer { parse($0, &parser, &opening) } }
        return opening
    }

    /// Takes a head, and what follows of its body, which it returns the length of. `opening` stays nil while the head is not
    /// complete. Must not touch `input`, where the bytes may be.
    private func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, _ parser: inout RequestHeadParser, _ opening: inout Opening?
    ) -> Int {
        var head: RequestHead?
        var taken = 0
        do {
            taken = try parser.parse(bytes.span, head: &head)
        } catch {
            opening = .refused(error)
        }
        guard let head = head.take() else { return taken }
        let (body, length) = body(of: head, beginningWith: UnsafeBufferPointer(rebasing: bytes[taken...]))
        opening = .request(begin(head, body))
        return taken + length
    }

    /// From here on the connection is at that request.
    private func begin(_ head: consuming RequestHead, _ body: RequestBody) -> ServerRequest {
        manner = ResponseManner(
            isHead: head.method == "HEAD", version: head.version, allowsAnother: head.isPersistent)
        isResponding = true
        if peerClosed { task?.cancel() }
        return ServerRequest(
            method: head.method, target: head.target, headers: head.headers, body: body, peerAddress: peer,
            isEncrypted: channel.isEncrypted)
    }

    /// The request's body, and how many of those bytes are its own. One that came with the head, as small ones do, needs
    /// nobody to read it.
    private func body(
        of head: borrowing RequestHead, beginningWith bytes: UnsafeBufferPointer<UInt8>
    ) -> (RequestBody, length: Int) {
        bodyReader = nil
        var beginning: [UInt8] = []
        switch head.framing {
        case .none: return (RequestBody([]), 0)
        case .length(let count) where count <= host.maxBodyBytes:
            beginning.reserveCapacity(min(count, RequestBodyReader.trustedLength))
            beginning.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[..<min(count, bytes.count)]))
            if beginning.count == count { return (RequestBody(beginning), count) }
        case .length, .chunked: break
        }
        let length = beginning.count
        let reader = RequestBodyReader(connection: self, head: head, beginning: beginning)
        bodyReader = reader
        return (RequestBody(source: reader), length)
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
        response.headers = HTTPFields()
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
