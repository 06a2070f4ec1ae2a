import Glibc

/// How long and how much is kept.
public struct RetentionRules: Sendable {
    /// Days that requests and failover events are kept.
    public var days = 7
    /// Days that quota snapshots are kept.
    public var quotaDays = 7
    /// Days that the hourly sums are kept; they hold no single request.
    public var usageDays = 400
    /// The database is kept under so many megabytes by deleting the oldest requests; nil sets no limit.
    public var megabytes: Int?
    /// The local hour, 0...23, at which what is older is deleted.
    public var cleanupHour = 3
    /// Seconds that local time is ahead of UTC at an instant, in seconds since 1970.
    package var utcOffset: @Sendable (Double) -> Int = { LocalTime.utcOffset(at: $0) }

    public init() {}

    /// The number of the latest day whose cleanup is due: it is counted from 1970 in local time and begins at the
    /// cleanup's hour.
    package func cleanupDay(at now: Double) -> Int {
        let local = Int(now.rounded(.down)) + utcOffset(now) - cleanupHour * 3600
        return local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    }
}

/// The time zone of the process.
package enum LocalTime {
    package static func utcOffset(at secondsSince1970: Double) -> Int {
        var seconds = time_t(secondsSince1970)
        var parts = tm()
        return localtime_r(&seconds, &parts) == nil ? 0 : parts.tm_gmtoff
    }
}
