import Synchronization

/// A committed streaming answer, pulled piece by piece by whoever sends it to the client.
///
/// It never throws: what goes wrong from here on is told to the client in-band, in its own format, and noted in the
/// record, which is written exactly once when the stream is over.
package final class ReplyStream: @unchecked Sendable {
    // SAFETY: `next` and `cancel` are called by one task, the one that serves the client, never at the same time. `abort`
    // may come from any thread and touches only the atomic and the body, which allows that.
    //
    // Fields marked `unchecked` hold values that call nothing while they change; looking that up each time costs more than the
    // change.

    private let body: any TransportBody
    @exclusivity(unchecked) private var pipe: any StreamPipe
    @exclusivity(unchecked) private var ready: [UInt8]
    private let journal: RequestJournal
    private var attempt: Attempt?
    /// Nil where nobody may go on with a stream that breaks off.
    private let continuation: StreamContinuation?
    private var isOver = false
    private let registry: StreamRegistry
    private let isAborted = Atomic(false)
    /// Whether `drain` watches the task for all pieces together.
    private var isTaskWatched = false

    /// - Parameter opening: what the client may be sent at once, produced by `pipe` while the answer was not committed.
    init(
        body: any TransportBody, continuation: StreamContinuation? = nil, pipe: any StreamPipe, opening: [UInt8],
        journal: RequestJournal, attempt: Attempt?,
        registry: StreamRegistry
    ) {
        self.body = body
        self.pipe = pipe
        self.journal = journal
        self.attempt = attempt
        self.continuation = continuation
        self.registry = registry
        ready = opening
        registry.add(self)
        if pipe.isOver { finish() }
    }

    /// The events of a stream for a program; nil for a stream of bytes.
    var collector: EventCollector? { (pipe as? StreamTranslator)?.collector }

    /// The next bytes for the client, never empty; nil when the answer is complete.
    package func next() async -> [UInt8]? {
        while ready.isEmpty {
            if isOver { return nil }
            if continuation != nil, isBrokenOff {
                await goOn()
                continue
            }
            do {
                take(isTaskWatched ? try await body.nextUnwatched() : try await body.next())
            } catch {
                fail(error)
            }
        }
        return handOver()
    }

    /// Hands over piece after piece, each when the one before is sent. Cancelling the task ends the provider's answer.
    package func drain<Failure: Error>(
        _ send: ([UInt8]) async throws(Failure) -> Void
    ) async throws(Failure) {
        isTaskWatched = true
        let result: Result<Void, Failure> = await withTaskCancellationHandler {
            do throws(Failure) {
                while let bytes = await next() { try await send(bytes) }
                return .success(())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            body.cancel()
        }
        try result.get()
    }

    // The steps below are kept out of `next`: what they need on the stack would become part of its asynchronous frame, which
    // is made for each piece and held while a stream waits (2,480 bytes instead of 112).

    @inline(never)
    private func take(_ bytes: [UInt8]?) {
        if pipe.advance(bytes, into: &ready) { finish() }
    }

    @inline(never)
    private func handOver() -> [UInt8] {
        journal.noteOutput()
        defer { ready = [] }
        return ready
    }

    private var isBrokenOff: Bool {
        @inline(never) get { pipe.breakOff != nil }
    }

    /// Where the provider has broken off in the middle of a plain text, another one may go on.
    @inline(never)
    private func goOn() async {
        guard let failure = pipe.breakOff else { return }
        if let continuation, let attempt, let translator = pipe.translator, !isAborted.load(ordering: .acquiring),
            let next = await continuation.goOn(after: failure, of: attempt, translator), let rest = next.takePipe(),
            let response = next.response
        {
            (body as? ReplaceableBody)?.replace(with: response.body)
            pipe = rest
            ready += next.opening
            self.attempt = next
            if pipe.isOver { finish() }
            return
        }
        if Task.isCancelled { return cancel() }
        pipe.giveUp(into: &ready)
        finish()
    }

    /// Whether the stream broke off in a way that its bytes could not tell: the connection must tell it.
    package var isBroken: Bool { isOver && pipe.failure != nil && pipe is PassThroughPipe }

    /// The client is gone: ends the provider's answer too. Does nothing once the stream is over.
    package func cancel() {
        guard !isOver else { return }
        isOver = true
        registry.remove(self)
        body.cancel()
        attempt?.end(nil)
        journal.close(.cancelled, usage: usageOfFragment(), failure: nil)
    }

    /// The gateway is stopping: the client is told in-band at once. Callable from any thread.
    package func abort() {
        isAborted.store(true, ordering: .releasing)
        body.cancel()
    }

    @inline(never)
    private func fail(_ error: TransportError) {
        if error == .cancelled {
            guard isAborted.load(ordering: .acquiring) else { return cancel() }
            pipe.fail(.shuttingDown, into: &ready)
        } else {
            pipe.fail(ProviderFailure(error, provider: journal.record.provider ?? ""), into: &ready)
            if continuation != nil, isBrokenOff { return }
        }
        finish()
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        registry.remove(self)
        // What came in one piece with the end is about to be sent.
        if !ready.isEmpty { journal.noteOutput() }
        let failure = pipe.failure
        attempt?.end(failure)
        if failure == nil { attempt?.keepAnswer(isStream: true) }
        let usage = failure == nil ? pipe.usage : usageOfFragment()
        journal.close(failure?.outcome ?? .success, usage: usage, failure: failure)
        if failure != nil { body.cancel() }
    }

    /// The provider charges for what it made of an answer that broke off, though it may not have come to count it.
    private func usageOfFragment() -> TokenUsage? {
        guard let attempt else { return pipe.usage }
        let (usage, isEstimated) = attempt.usageOfFragment(pipe.usage, uncounted: pipe.uncounted)
        journal.record.isUsageEstimated = isEstimated
        return usage
    }
}
