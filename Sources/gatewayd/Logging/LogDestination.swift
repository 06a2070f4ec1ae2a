import Glibc

/// The file that log lines are added to, or standard error.
///
/// Used by the log's own thread alone, but for its making.
final class LogDestination {
    private let path: String?
    private var descriptor: Int32

    /// - Parameter path: nil is standard error. A file is made for its owner and group alone.
    init(_ path: String?) throws(Files.Failure) {
        self.path = path
        descriptor = if let path { try Self.open(path) } else { STDERR_FILENO }
    }

    /// Opens the file anew under its name, after whoever rotates logs has moved it away. Keeps the old one when that fails.
    func reopen() throws(Files.Failure) {
        guard let path else { return }
        let opened = try Self.open(path)
        close(descriptor)
        descriptor = opened
    }

    /// False, with errno set, when the bytes could not all be written.
    func write(_ bytes: [UInt8]) -> Bool {
        Files.writeAll(bytes, to: descriptor)
    }

    private static func open(_ path: String) throws(Files.Failure) -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Files.Failure(path, errno) }
        return descriptor
    }
}
