/// Why a command got no answer, or what the server answered in place of one.
package enum RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no connection, and the next attempt to make one is not due.
    case unreachable(String)
    /// The server did not answer in time. It may have carried the command out.
    case timedOut
    /// The connection broke with the command under way. The server may have carried it out.
    case disconnected(String)
    /// The server refused the command.
    case refused(String)
    /// Too many commands are waiting already.
    case busy

    package var description: String {
        switch self {
        case .unreachable(let reason): "Redis cannot be reached: \(reason)"
        case .timedOut: "Redis did not answer in time"
        case .disconnected(let reason): "the connection to Redis broke: \(reason)"
        case .refused(let message): "Redis refused a command: \(message)"
        case .busy: "too many commands are waiting for Redis"
        }
    }
}
