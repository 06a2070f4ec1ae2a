/// Takes down the answer to one request, for the cache and for those that wait for the same.
final class AnswerRecorder: Sendable {
    private let cache: AnswerCache
    private let key: CacheKey
    private let lifetime: Duration
    /// Nil when nobody can be waiting. Let go of, it tells those who wait that nothing comes.
    private let leader: FlightLeader?

    init(_ cache: AnswerCache, _ key: CacheKey, lifetime: Duration, leader: FlightLeader?) {
        self.cache = cache
        self.key = key
        self.lifetime = lifetime
        self.leader = leader
    }

    /// For one attempt: what failed leaves nothing behind.
    func recording() -> AnswerRecording {
        AnswerRecording(self, limit: cache.configuration.maxAnswerBytes)
    }

    fileprivate func keep(_ answer: CachedAnswer) {
        cache.store.keep(answer, for: key, lifetime: lifetime)
        leader?.land(answer)
    }

    /// The answer grew too long to be kept: those who wait need not any longer.
    fileprivate func giveUp() {
        leader?.land(nil)
    }
}

/// The bytes of one attempt's answer, as the provider sends them.
final class AnswerRecording: @unchecked Sendable {
    // SAFETY: used by the one task that reads the answer.

    private let recorder: AnswerRecorder
    private let limit: Int
    /// Nil when there are too many.
    private var bytes: [UInt8]? = []

    fileprivate init(_ recorder: AnswerRecorder, limit: Int) {
        self.recorder = recorder
        self.limit = limit
    }

    func append(_ more: [UInt8]) {
        guard let count = bytes?.count else { return }
        if count + more.count <= limit {
            bytes?.append(contentsOf: more)
        } else {
            bytes = nil
            recorder.giveUp()
        }
    }

    /// The answer is complete, and good.
    func complete(_ describe: (_ bytes: [UInt8]) -> CachedAnswer) {
        guard let bytes else { return }
        recorder.keep(describe(bytes))
    }
}

/// A body that is taken down while it is read.
final class RecordedBody: TransportBody {
    private let body: any TransportBody
    private let recording: AnswerRecording

    init(_ body: any TransportBody, _ recording: AnswerRecording) {
        self.body = body
        self.recording = recording
    }

    func next() async throws(TransportError) -> [UInt8]? {
        let bytes = try await body.next()
        if let bytes { recording.append(bytes) }
        return bytes
    }

    func nextUnwatched() async throws(TransportError) -> [UInt8]? {
        let bytes = try await body.nextUnwatched()
        if let bytes { recording.append(bytes) }
        return bytes
    }

    func cancel() { body.cancel() }
}

extension Attempt {
    /// Keeps the answer, which is complete and good, where the request wants that.
    func keepAnswer(isStream: Bool) {
        // Names of tools that the provider needed otherwise are the request's own matter.
        guard let recording, let composed, composed.toolNames.isIdentity else { return }
        recording.complete { bytes in
            CachedAnswer(
                format: speech.format, isStream: isStream, bytes: bytes, provider: instance.providerKey,
                instance: instance.name, model: candidate.route.model, storedAt: services.clock.now(),
                warnings: LossLedger(composed.notes).header)
        }
    }
}
