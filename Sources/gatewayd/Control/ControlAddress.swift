import GatewayCore
import GatewayHTTP
import Glibc

/// Where the running gateway of a configuration listens for its operator: a socket in the file system, which only the user
/// who runs the gateway may open.
///
/// The same configuration file gives the same address, so `gatewayd reload` finds the gateway that `gatewayd start` began,
/// without a setting.
struct ControlAddress: Equatable {
    let folder: String
    let path: String

    init(_ source: ConfigurationSource, environment: [String: String] = ProcessEnvironment.current) {
        let runtime = environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        folder = runtime.map { $0 + "/gatewayd" } ?? "/tmp/gatewayd-\(geteuid())"
        path = folder + "/" + Self.name(of: source) + ".sock"
    }

    private static func name(of source: ConfigurationSource) -> String {
        switch source {
        case .file(let path): hash(absolute(path))
        case .embeddedDefault: hash(absolute(".") + " without a configuration")
        }
    }

    private static func hash(_ name: String) -> String {
        SHA256.digest(name.utf8).prefix(8).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// The path itself where the file is not there.
    private static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Makes the folder; throws where another user could have put it there.
    func makeFolder() throws(Complaint) {
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw Complaint("\(folder): \(Files.reason(errno))")
        }
        var status = stat()
        guard lstat(folder, &status) == 0 else { throw Complaint("\(folder): \(Files.reason(errno))") }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            throw Complaint("\(folder) is not a folder of this user alone")
        }
    }

    /// The address in the form of the system; throws when it is too long for that.
    func withSystemAddress<Value>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) throws(Complaint) -> Value {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Complaint("\(path) is too long for a socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }
}
