import Synchronization
import Testing

@testable import GatewayCore

struct CredentialCacheTests {
    private func cache(
        _ source: some CredentialSource, _ clock: ManualClock = ManualClock(), patience: Duration = .seconds(60)
    ) -> CredentialCache {
        CredentialCache(source: source, patience: patience) {
            CredentialSurroundings(transport: ScriptedTransport(), instant: clock.now())
        }
    }

    @Test func fetchesOnceForAllWhoWait() async throws {
        let source = GatedSource()
        let cache = cache(source)
        async let first = cache.credential()
        await source.reached(1)
        async let others = withTaskGroup(of: ProviderCredential?.self) { group in
            for _ in 0..<20 { group.addTask { try? await cache.credential() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        source.open()
        let credential = try await first
        #expect(await others.allSatisfy { $0 == credential })
        #expect(source.fetches == 1)
    }

    @Test func letsAnotherFetchWhenTheFirstIsCancelled() async throws {
        let source = GatedSource()
        let cache = cache(source)
        let first = Task { try await cache.credential() }
        await source.reached(1)
        let second = Task { try await cache.credential() }
        first.cancel()
        await source.reached(2)
        source.open()
        #expect(await (try? first.value) == nil)
        #expect(try await second.value.kind == .token("2"))
    }

    @Test func asksABrokenSourceOncePerRequestAtMost() async throws {
        let source = BrokenSource()
        let clock = ManualClock()
        let cache = CredentialCache(source: source) {
            // Hours pass whenever somebody looks.
            clock.advance(by: 3600)
            return CredentialSurroundings(transport: ScriptedTransport(), instant: clock.now())
        }
        await #expect(throws: ProviderError("down")) { try await cache.credential() }
        #expect(source.fetches.load(ordering: .relaxed) == 1)
    }

    @Test func endsAWaitThatIsCancelled() async throws {
        let source = GatedSource()
        let cache = cache(source)
        let first = Task { try await cache.credential() }
        await source.reached(1)
        let second = Task { try await cache.credential() }
        second.cancel()
        await #expect(throws: ProviderError.self) { try await second.value }
        source.open()
        #expect(try await first.value.kind == .token("1"))
    }

    @Test func boundsAFetchThatHangs() async throws {
        let source = GatedSource()
        let cache = cache(source, patience: .milliseconds(1))
        await #expect(throws: ProviderError.self) { try await cache.credential() }
    }

    @Test func takesNoCredentialThatHasExpiredAlready() async throws {
        let cache = cache(FixedSource(expires: 999), ManualClock(1000))
        await #expect(throws: ProviderError("the credential that was fetched has expired already")) {
            try await cache.credential()
        }
    }

    @Test func fetchesAnotherInsteadOfARefusedOne() async throws {
        let clock = ManualClock(1000)
        let source = GatedSource()
        source.open()
        let cache = cache(source, clock)
        let old = try await cache.credential()
        #expect(await cache.credential(insteadOf: old) == nil)
        clock.advance(by: 100)
        #expect(await cache.credential(insteadOf: old)?.kind == .token("2"))
        #expect(await cache.credential(insteadOf: old)?.kind == .token("2"))
        #expect(source.fetches == 2)
    }

    @Test func hasNothingInsteadOfTheOnlyCredentialThereIs() async throws {
        let clock = ManualClock(1000)
        let cache = cache(FixedSource(expires: nil), clock)
        let only = try await cache.credential()
        clock.advance(by: 100)
        #expect(await cache.credential(insteadOf: only) == nil)
    }
}

/// Gives the tokens `1`, `2`, … once its gate is open.
private final class GatedSource: CredentialSource {
    private let count = Mutex(0)
    private let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    private let (arrivals, arrival) = AsyncStream.makeStream(of: Int.self)
    private let isOpen = Atomic(false)

    var fetches: Int { count.withLock { $0 } }

    func open() {
        isOpen.store(true, ordering: .sequentiallyConsistent)
        opener.finish()
    }

    /// Returns when that many fetches have begun.
    func reached(_ number: Int) async {
        for await reached in arrivals where reached >= number { return }
    }

    func fetch(from surroundings: CredentialSurroundings) async throws(ProviderError) -> ProviderCredential {
        let number = count.withLock { count in
            count += 1
            return count
        }
        arrival.yield(number)
        if !isOpen.load(ordering: .sequentiallyConsistent) { for await _ in gate {} }
        if Task.isCancelled { throw ProviderError("cancelled") }
        return ProviderCredential(.token(Secret(String(number))))
    }
}

private struct FixedSource: CredentialSource {
    var expires: Double?

    func fetch(from surroundings: CredentialSurroundings) async throws(ProviderError) -> ProviderCredential {
        ProviderCredential(.token("fixed"), expires: expires)
    }
}

private final class BrokenSource: CredentialSource {
    let fetches = Atomic(0)

    func fetch(from surroundings: CredentialSurroundings) async throws(ProviderError) -> ProviderCredential {
        fetches.add(1, ordering: .relaxed)
        throw ProviderError("down")
    }
}

private final class ManualClock: WallClock {
    private let time: Mutex<Double>

    init(_ time: Double = 0) { self.time = Mutex(time) }

    func now() -> Double { time.withLock { $0 } }
    func advance(by seconds: Double) { time.withLock { $0 += seconds } }
}
