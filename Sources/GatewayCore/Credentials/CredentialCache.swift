import Synchronization

/// Keeps one instance's credential, and fetches the next before it expires: one request does so, the others go on with the
/// credential there is, or wait for the one when there is none.
///
/// A refresh that fails leaves the old credential in use for as long as it is valid.
package final class CredentialCache: Sendable {
    private let source: any CredentialSource
    private let surroundings: @Sendable () -> CredentialSurroundings
    private let patience: Duration
    private let state = Mutex(CredentialState())
    private let waiters = Mutex<[Int: CheckedContinuation<Void, Never>]>([:])
    private let waiterCount = Atomic(0)

    /// The longest that one fetch may take.
    package static let patience: Duration = .seconds(15)

    /// - Parameter surroundings: makes those of a fetch, with the time it is then.
    package init(
        source: any CredentialSource, patience: Duration = CredentialCache.patience,
        surroundings: @escaping @Sendable () -> CredentialSurroundings
    ) {
        self.source = source
        self.patience = patience
        self.surroundings = surroundings
    }

    /// A credential that is valid now. Throws the source's error when there is none to be had.
    package func credential() async throws(ProviderError) -> ProviderCredential {
        while !Task.isCancelled {
            let now = surroundings()
            switch state.withLock({ $0.step(at: now.instant) }) {
            case .use(let credential): return credential
            case .refuse(let error): throw error
            case .wait: await turn()
            case .fetch: return try await fetch(now)
            }
        }
        throw Self.cancelled
    }

    /// Another credential than the one that the provider just refused, fetched if need be; nil when there is no other, or
    /// when it is too new for its age to be the reason.
    package func credential(insteadOf refused: ProviderCredential) async -> ProviderCredential? {
        let now = surroundings()
        guard state.withLock({ $0.retire(refused, at: now.instant) }) else { return nil }
        // Without a new one the provider's refusal is the better thing to tell.
        guard let renewed = try? await credential(), renewed != refused else { return nil }
        return renewed
    }

    /// Fetches once. A failure is thrown unless the old credential still holds.
    private func fetch(_ surroundings: CredentialSurroundings) async throws(ProviderError) -> ProviderCredential {
        let fetched = await boundedFetch(surroundings)
        let end = self.surroundings().instant
        // Cancelling says nothing about the source; the fetch is then another's.
        let outcome: CredentialState.Outcome =
            switch fetched {
            case .success(let credential) where (credential.expires ?? .infinity) > end: .fetched(credential)
            case .success: .failed(ProviderError("the credential that was fetched has expired already"))
            case .failure where Task.isCancelled: .abandoned
            case .failure(let error): .failed(error)
            }
        let old = state.withLock { state in
            state.note(outcome, at: end)
            return state.usable(at: end)
        }
        for continuation in waiters.withLock({ waiters in
            defer { waiters = [:] }
            return waiters.values
        }) {
            continuation.resume()
        }
        switch outcome {
        case .fetched(let credential): return credential
        case .abandoned: throw Self.cancelled
        case .failed(let error):
            guard let old else { throw error }
            return old
        }
    }

    private static let cancelled = ProviderError("the request was cancelled while its credential was fetched")

    private func boundedFetch(
        _ surroundings: CredentialSurroundings
    ) async -> Result<ProviderCredential, ProviderError> {
        let (source, patience) = (source, patience)
        return await withTaskGroup(of: Result<ProviderCredential, ProviderError>.self) { group in
            group.addTask {
                do throws(ProviderError) {
                    return .success(try await source.fetch(from: surroundings))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // Ends early when the fetch is done; what it says is then not heard.
                try? await Task.sleep(for: patience)
                return .failure(ProviderError("no credential could be fetched within \(patience)"))
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(ProviderError("no credential was fetched"))
        }
    }

    /// Returns when the fetch under way has ended, or when this task is cancelled.
    private func turn() async {
        let id = waiterCount.add(1, ordering: .relaxed).newValue
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiters.withLock { $0[id] = continuation }
                // What ended in between resumes nobody who came after.
                if Task.isCancelled || !state.withLock({ $0.isFetching }) { resume(id) }
            }
        } onCancel: {
            resume(id)
        }
    }

    private func resume(_ id: Int) {
        waiters.withLock { $0.removeValue(forKey: id) }?.resume()
    }
}
