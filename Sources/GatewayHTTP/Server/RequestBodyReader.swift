/// The body of the request that a connection is at.
final class RequestBodyReader: RequestBodySource, @unchecked Sendable {
    // SAFETY: confined to the connection's loop; `next` and `collect` go there first.

    private enum Stage {
        case length(Int)
        case chunked(ChunkedBodyDecoder)
        case complete
        case failed(RequestBodyError)
    }

    /// What is still read of a body that the responder did not want, so that the connection can be kept.
    private static let discardLimit = 256 * 1024
    /// Memory taken on the word of a Content-Length alone.
    static let trustedLength = 1024 * 1024
    /// Attempts to read that are made before others have their turn.
    private static let attemptsAtOnce = 4
    private static let pieceSize = 64 * 1024

    private let connection: HTTPConnection
    private var stage: Stage
    /// What was read of the body and nobody has taken yet.
    private var beginning: [UInt8]
    private var awaitsContinue: Bool
    private var budget: ProgressBudget
    private var limit: Int
    /// Whether `next` waits for the client.
    private var isWaiting = false
    let length: Int?

    /// - Parameter beginning: of a body of known length, as it came with the head.
    init(connection: HTTPConnection, head: borrowing RequestHead, beginning: [UInt8] = []) {
        self.connection = connection
        self.beginning = beginning
        limit = connection.host.maxBodyBytes
        length = if case .length(let count) = head.framing { count } else { nil }
        stage =
            switch head.framing {
            case .none: .complete
            case .length(let count): .length(count - beginning.count)
            case .chunked: .chunked(ChunkedBodyDecoder(limit: connection.host.maxBodyBytes))
            }
        awaitsContinue = head.expectsContinue
        budget = connection.host.bodyBudget
    }

    func stop() {
        guard connection.loop.isCurrent else { return connection.loop.submit { self.stop() } }
        // The connection may be at another request by now.
        if isWaiting { connection.giveUpReading() }
    }

    func raiseLimit(to limit: Int) {
        self.limit = max(self.limit, limit)
    }

    var isComplete: Bool {
        if case .complete = stage { true } else { false }
    }

    /// Whether reading the rest, to get to the next request, is better than closing. A client that still waits for
    /// `100 Continue` may or may not send its body now, so there is no telling where the next request would begin.
    var isWorthFinishing: Bool {
        switch stage {
        case .complete: true
        case .length(let count): !awaitsContinue && count <= Self.discardLimit
        case .chunked: !awaitsContinue
        case .failed: false
        }
    }

    /// Reads the rest and forgets it; false when that is too much or goes wrong.
    func discard() async -> Bool {
        var count = 0
        do {
            while let bytes = try await nextOnLoop() {
                count += bytes.count
                guard count <= Self.discardLimit else { return false }
            }
            return true
        } catch {
            return false
        }
    }

    func next() async throws(RequestBodyError) -> [UInt8]? {
        guard connection.loop.isCurrent else {
            return try await connection.loop.run { () async throws(RequestBodyError) in try await self.nextOnLoop() }
        }
        return try await nextOnLoop()
    }

    func takeReady() -> [UInt8]? {
        guard connection.loop.isCurrent, connection.input.isEmpty, case .length(let count) = stage, count <= limit
        else { return nil }
        var left = count
        for _ in 0..<Self.attemptsAtOnce {
            guard let arrived = readAtOnce(into: &beginning, atMost: left) else { break }
            budget.moved(arrived, at: connection.loop.now)
            left -= arrived
            stage = left == 0 ? .complete : .length(left)
            if left == 0 { return takeBeginning() }
        }
        return nil
    }

    private func takeBeginning() -> [UInt8] {
        defer { beginning = [] }
        return beginning
    }

    func collect(upTo limit: Int) async throws(RequestBodyError) -> [UInt8] {
        guard connection.loop.isCurrent else {
            return try await connection.loop.run { () async throws(RequestBodyError) in
                try await self.collectOnLoop(upTo: limit)
            }
        }
        return try await collectOnLoop(upTo: limit)
    }

    private func nextOnLoop() async throws(RequestBodyError) -> [UInt8]? {
        if !beginning.isEmpty { return takeBeginning() }
        var piece: [UInt8] = []
        isWaiting = true
        defer { isWaiting = false }
        while piece.isEmpty {
            guard try await read(into: &piece, atMost: Self.pieceSize) else { return nil }
        }
        return piece
    }

    private func collectOnLoop(upTo wanted: Int) async throws(RequestBodyError) -> [UInt8] {
        let bound = min(wanted, limit)
        var body = takeBeginning()
        if case .length(let count) = stage {
            guard body.count + count <= bound else { throw fail(.tooLarge(limit: bound)) }
            body.reserveCapacity(min(body.count + count, Self.trustedLength))
        }
        while try await read(into: &body, atMost: .max) {
            guard body.count <= bound else { throw fail(.tooLarge(limit: bound)) }
        }
        return body
    }

    /// Appends bytes of the body, perhaps none yet; false at its end.
    private func read(into body: inout [UInt8], atMost maximum: Int) async throws(RequestBodyError) -> Bool {
        switch stage {
        case .complete: return false
        case .failed(let error): throw error
        case .length(let count):
            guard count <= limit else { throw fail(.tooLarge(limit: limit)) }
            let before = body.count
            try await readKnown(into: &body, atMost: min(count, maximum))
            let left = count - (body.count - before)
            stage = left == 0 ? .complete : .length(left)
        case .chunked(var decoder):
            try await readChunked(into: &body, &decoder)
            stage = decoder.isComplete ? .complete : .chunked(decoder)
        }
        return true
    }

    private func readKnown(into body: inout [UInt8], atMost maximum: Int) async throws(RequestBodyError) {
        if !connection.input.isEmpty {
            connection.input.move(atMost: maximum, to: &body)
            return
        }
        sendContinue()
        var grown = body
        body = []
        let arrival = await connection.receive(until: budget.deadline(at: connection.loop.now)) { connection in
            Self.read(from: connection, into: &grown, atMost: maximum)
        }
        body = grown
        try note(arrival)
    }

    /// How many bytes came where none need be waited for; nil where they must, or none will come.
    private func readAtOnce(into body: inout [UInt8], atMost maximum: Int) -> Int? {
        connection.receiveAtOnce { connection in Self.read(from: connection, into: &body, atMost: maximum) }
    }

    /// Makes one attempt to read straight into the body, as much as it has room for: growing it is left to the array's own
    /// doubling.
    private static func read(
        from connection: HTTPConnection, into body: inout [UInt8], atMost maximum: Int
    ) -> ChannelRead {
        var result = ChannelRead.end
        let room = min(maximum, max(body.capacity - body.count, pieceSize))
        body.append(addingCapacity: room) { span in
            span.withUnsafeMutableBufferPointer { buffer, initialized in
                result = connection.channel.read(into: UnsafeMutableRawBufferPointer(buffer))
                if case .bytes(let count, _) = result { initialized = count }
            }
        }
        return result
    }

    private func readChunked(
        into body: inout [UInt8], _ decoder: inout ChunkedBodyDecoder
    ) async throws(RequestBodyError) {
        if connection.input.isEmpty {
            sendContinue()
            try note(await connection.fill(until: budget.deadline(at: connection.loop.now)))
        }
        do {
            try connection.input.take { bytes throws(ChunkedBodyError) in try decoder.decode(bytes, into: &body) }
        } catch {
            switch error {
            case .tooLarge(let limit): throw fail(.tooLarge(limit: limit))
            case .malformed(let fault): throw fail(.malformed(fault))
            }
        }
    }

    private func note(_ arrival: HTTPConnection.Arrival) throws(RequestBodyError) {
        switch arrival {
        case .bytes(let count): budget.moved(count, at: connection.loop.now)
        case .end, .broken: throw fail(.disconnected)
        case .expired: throw fail(.timedOut)
        }
    }

    private func fail(_ error: RequestBodyError) -> RequestBodyError {
        stage = .failed(error)
        return error
    }

    private func sendContinue() {
        guard awaitsContinue else { return }
        awaitsContinue = false
        connection.output.append(ResponseHeadWriter.continueResponse)
        connection.flush()
    }
}
