import Testing

@testable import GatewayCore

/// Times are seconds; nothing here waits.
struct CredentialStateTests {
    private func credential(_ name: String, until expires: Double? = nil) -> ProviderCredential {
        ProviderCredential(.token(Secret(name)), expires: expires)
    }

    /// A state that holds a credential fetched at 0.
    private func state(holding credential: ProviderCredential) -> Machine {
        let state = Machine()
        #expect(state.step(at: 0) == .fetch)
        state.keep(credential, at: 0)
        return state
    }

    @Test func letsOneFetchAndTheOthersWait() {
        let state = Machine()
        #expect(state.step(at: 0) == .fetch)
        #expect(state.step(at: 0) == .wait)
        state.keep(credential("a"), at: 1)
        #expect(state.step(at: 1e9) == .use(credential("a")))
    }

    @Test func replacesACredentialMinutesBeforeItsEnd() {
        let old = credential("a", until: 3600)
        let state = state(holding: old)
        #expect(state.step(at: 3299) == .use(old))
        #expect(state.step(at: 3300) == .fetch)
        #expect(state.step(at: 3300) == .use(old))
        state.keep(credential("b", until: 7200), at: 3301)
        #expect(state.step(at: 3302) == .use(credential("b", until: 7200)))
    }

    @Test func usesAShortLifeForThreeQuartersOfIt() {
        let old = credential("a", until: 60)
        let state = state(holding: old)
        #expect(state.step(at: 44) == .use(old))
        #expect(state.step(at: 45) == .fetch)
    }

    @Test func keepsTheOldOneWhileARefreshFails() {
        let old = credential("a", until: 3600)
        let state = state(holding: old)
        #expect(state.step(at: 3400) == .fetch)
        state.noteFailure(ProviderError("down"), at: 3401)
        #expect(state.step(at: 3402) == .use(old))
        #expect(state.step(at: 3431) == .fetch)
        state.noteFailure(ProviderError("down"), at: 3599)
        #expect(state.step(at: 3600) == .refuse(ProviderError("down")))
        #expect(state.step(at: 3630) == .fetch)
    }

    @Test func doesNotAskABrokenSourceForEveryRequest() {
        let state = Machine()
        #expect(state.step(at: 0) == .fetch)
        state.noteFailure(ProviderError("down"), at: 0)
        #expect(state.step(at: 1) == .refuse(ProviderError("down")))
        #expect(state.step(at: 2) == .fetch)
    }

    @Test func takesACancelledFetchForNoFailure() {
        let state = Machine()
        #expect(state.step(at: 0) == .fetch)
        state.abandon()
        #expect(state.step(at: 0) == .fetch)
    }

    @Test func replacesARefusedCredentialOnce() {
        let old = credential("a", until: 3600)
        let state = state(holding: old)
        #expect(!state.retire(old, at: 59))
        #expect(state.retire(old, at: 60))
        #expect(state.step(at: 60) == .fetch)
        #expect(state.step(at: 60) == .wait)
        state.keep(credential("b", until: 3600), at: 61)
        #expect(!state.retire(credential("b", until: 3600), at: 62))
        // Asked with a credential that another request has replaced already: the new one is there.
        #expect(state.retire(old, at: 62))
        #expect(state.step(at: 62) == .use(credential("b", until: 3600)))
    }

    @Test func fallsBackToTheRefusedOneWhenThereIsNoOther() {
        let old = credential("a", until: 3600)
        let state = state(holding: old)
        #expect(state.retire(old, at: 100))
        #expect(state.step(at: 100) == .fetch)
        state.noteFailure(ProviderError("down"), at: 101)
        #expect(state.step(at: 101) == .use(old))
    }
}

/// The state behind a reference, since `#expect` calls nothing that mutates.
private final class Machine {
    private var state = CredentialState()

    func step(at now: Double) -> CredentialState.Step { state.step(at: now) }
    func keep(_ credential: ProviderCredential, at now: Double) { state.note(.fetched(credential), at: now) }
    func noteFailure(_ error: ProviderError, at now: Double) { state.note(.failed(error), at: now) }
    func abandon() { state.note(.abandoned, at: 0) }
    func retire(_ refused: ProviderCredential, at now: Double) -> Bool { state.retire(refused, at: now) }
}
