import GatewayCore

/// Who has libcurl make a connection, to speak over it without libcurl.
protocol ConnectionSeeker: AnyObject {
    /// The connected socket, which is the seeker's to close, or why there is none. Called once, on the loop, unless the seeker
    /// gave up.
    func connected(_ result: Result<Int32, TransportError>)

    /// Whether it still waits: when to look again.
    func checkDeadlines(at now: Int64) -> Int64?
}
