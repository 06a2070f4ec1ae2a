/// Tells the time of day; the standard library only knows durations.
public protocol WallClock: Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    func now() -> Double
}

/// Always says 1970, for programs that keep no records and want nothing dated.
public struct NoWallClock: WallClock {
    public init() {}
    public func now() -> Double { 0 }
}
