/// Why a command got no answer.
package enum RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no connection; the reason is one for people, without addresses and secrets.
    case away(String)
    /// No connection can be made.
    case unreachable(String)
    /// The server did not answer in time. It may have carried the command out.
    case timedOut
    /// The connection broke with the command under way. The server may have carried it out.
    case disconnected(String)
    /// The server refused the command; its first word says why.
    case refused(code: String)
    /// Too much is waiting for the server already.
    case busy

    package var description: String {
        switch self {
        case .away(let reason): reason
        case .unreachable(let reason): "it cannot be reached: \(reason)"
        case .timedOut: "no answer in time"
        case .disconnected(let reason): "the connection broke: \(reason)"
        case .refused(let code): "the server answers \(code)" + (Self.meanings[code].map { ", \($0)" } ?? "")
        case .busy: "too many commands are waiting"
        }
    }

    /// The codes that operators meet.
    private static let meanings = [
        "OOM": "its memory is full", "LOADING": "it is loading its data", "READONLY": "it is a replica",
        "MASTERDOWN": "it is a replica without its master", "WRONGPASS": "the password is wrong",
        "NOAUTH": "it wants a password", "NOPERM": "the user may not do what is needed",
        "MISCONF": "it cannot save its data", "BUSY": "it is busy with a script",
        "MOVED": "it is a cluster, which is not supported", "CLUSTERDOWN": "it is a cluster that is down",
    ]
}
