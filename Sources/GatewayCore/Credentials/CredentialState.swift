/// What is known of an instance's credential, and what to do for a request at a given time.
struct CredentialState {
    enum Step: Equatable {
        case use(ProviderCredential)
        /// The caller fetches, and then tells by `note` how it went.
        case fetch
        /// Another fetches.
        case wait
        case refuse(ProviderError)
    }

    enum Outcome {
        case fetched(ProviderCredential)
        case failed(ProviderError)
        /// The fetching task was cancelled.
        case abandoned
    }

    private var credential: ProviderCredential?
    private var fetchedAt = 0.0
    /// Set by `retire`: the credential is used only until there is another.
    private var isRefused = false
    private var lastError: ProviderError?
    /// No fetch before this, since the last one failed.
    private var retryAt = -Double.infinity
    private(set) var isFetching = false

    /// How long before its end a credential is replaced, or a quarter of its life, if that is less.
    private static let margin = 300.0
    /// How long a source that failed is left alone: with a credential that still holds, and without one.
    private static let (calmPause, urgentPause) = (30.0, 2.0)
    /// A credential younger than this was not refused for its age.
    private static let minRetiringAge = 60.0

    /// All times are seconds since 1970.
    mutating func step(at now: Double) -> Step {
        let usable = usable(at: now)
        if let usable, !isRefused, isFresh(usable, at: now) { return .use(usable) }
        if let usable, !isRefused, isFetching || now < retryAt { return .use(usable) }
        if isFetching { return .wait }
        if now < retryAt, let lastError { return usable.map { .use($0) } ?? .refuse(lastError) }
        isFetching = true
        return .fetch
    }

    /// Tells how the fetch of `step` ended.
    mutating func note(_ outcome: Outcome, at now: Double) {
        isFetching = false
        switch outcome {
        case .fetched(let credential):
            self.credential = credential
            fetchedAt = now
            isRefused = false
            lastError = nil
            retryAt = -.infinity
        case .failed(let error):
            lastError = error
            retryAt = now + (usable(at: now) != nil && !isRefused ? Self.calmPause : Self.urgentPause)
        case .abandoned: break
        }
    }

    /// The credential there is, as long as it is valid.
    func usable(at now: Double) -> ProviderCredential? {
        guard let credential, now < credential.expires ?? .infinity else { return nil }
        return credential
    }

    /// Takes the credential out of use after the provider refused it. False when it is too new for that.
    mutating func retire(_ refused: ProviderCredential, at now: Double) -> Bool {
        guard credential == refused else { return true }
        guard now - fetchedAt >= Self.minRetiringAge else { return false }
        isRefused = true
        return true
    }

    private func isFresh(_ credential: ProviderCredential, at now: Double) -> Bool {
        guard let expires = credential.expires else { return true }
        return now < expires - min(Self.margin, (expires - fetchedAt) / 4)
    }
}
