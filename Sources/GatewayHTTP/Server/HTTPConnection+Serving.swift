import GatewayCore

extension HTTPConnection {
    /// What comes before a request's body.
    private enum Opening {
        case head(RequestHead)
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
            await breathe()
            switch await readHead() {
            case .head(let head): aftermath = await answer(head)
            case .refused(let refusal):
                _ = await send(host.configuration.refusal(refusal), as: .unreadable, isPersistent: false)
                aftermath = .linger
            case .over: aftermath = .close
            }
        }
        if !isBroken {
            channel.endWriting()
            if aftermath == .linger || !input.isEmpty { await linger() }
        }
        tearDown()
    }

    private func readHead() async -> Opening {
        var parser = RequestHeadParser(limits: host.configuration.limits)
        var head: RequestHead?
        // A handshake is work for both sides already, so it has no more time than a head has.
        var deadline = loop.now + (channel.isEstablished ? host.keepAliveNanoseconds : host.headNanoseconds)
        while true {
            if !input.isEmpty {
                if parser.isUntouched { deadline = loop.now + host.headNanoseconds }
                do {
                    try input.take { bytes throws(RequestRefusal) in try parser.parse(bytes, head: &head) }
                } catch {
                    return .refused(error)
                }
                if let head { return .head(head) }
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

    private func answer(_ head: RequestHead) async -> Aftermath {
        let reader = head.framing == .none ? nil : RequestBodyReader(connection: self, head: head)
        isResponding = true
        if peerClosed { task?.cancel() }
        let response = await host.responder.respond(
            to: ServerRequest(
                method: head.method, target: head.target, headers: head.headers,
                body: reader.map { RequestBody(source: $0) } ?? RequestBody([]), peerAddress: peer,
                isEncrypted: channel.isEncrypted))
        let isPersistent =
            head.isPersistent && !host.isDraining && !Task.isCancelled && reader?.isWorthFinishing ?? true
        let staysOpen = await send(response, as: head, isPersistent: isPersistent)
        isResponding = false
        guard !isBroken else { return .close }
        guard let reader, !reader.isComplete else { return staysOpen ? .nextRequest : .close }
        guard staysOpen, await reader.discard() else { return .linger }
        return .nextRequest
    }

    /// Sends a response; whether the client may send its next request.
    private func send(_ response: ServerResponse, as head: RequestHead, isPersistent: Bool) async -> Bool {
        let length: Int? =
            switch response.body {
            case .empty: 0
            case .bytes(let bytes): bytes.count
            case .stream: nil
            }
        let framing = ResponseFraming(
            method: head.method, version: head.version, status: response.status, length: length,
            isPersistent: isPersistent)
        output.gather { bytes in
            // Room for a small body as well, which goes out in the same piece.
            bytes.reserveCapacity(512 + min(length ?? 0, OutputQueue.largeSize))
            ResponseHeadWriter.append(
                status: response.status, headers: response.headers, framing: framing, date: host.date, to: &bytes)
        }
        do {
            if framing.sendsBody {
                switch response.body {
                case .empty: break
                case .bytes(let bytes): output.append(bytes)
                case .stream(let write): try await stream(write, framing: framing)
                }
            }
            try await drainOutput(to: 0)
            return !framing.closes
        } catch {
            if framing.body == .untilClose { resetOnClose() }
            abort()
            return false
        }
    }

    private func stream(
        _ write: @Sendable (ResponseWriter) async throws(ResponseWriteError) -> Void, framing: ResponseFraming
    ) async throws(ResponseWriteError) {
        let stream = ResponseStream(connection: self, isChunked: framing.body == .chunked)
        defer { stream.close() }
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

extension RequestHead {
    /// What is answered to when a head could not be read.
    fileprivate static let unreadable = RequestHead(
        method: "GET", target: RequestTarget(path: "/"), version: .http11, headers: [:], framing: .none,
        isPersistent: false, expectsContinue: false)
}
