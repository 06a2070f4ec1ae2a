/// A response cache that several gateways have together.
package protocol SharedCache: ResponseCache {
    /// How it stands now.
    var standing: SharedStanding { get }

    /// Is used from now on, and may hold so much of keys and answers together.
    func use(maxBytes: Int)
}
