import GatewayCore
import Glibc

/// The machine's files. Reading leaves the event loop: a disk may take its time, and a network disk may take for ever.
public struct SystemFiles: FileReader {
    public init() {}

    public func read(_ path: String, upTo limit: Int) async throws(FileReadError) -> [UInt8] {
        let result = await withTaskExecutorPreference(globalConcurrentExecutor) {
            await Self.contents(of: path, upTo: limit)
        }
        return try result.get()
    }

    /// Asynchronous only so that it runs on the executor that the caller prefers.
    @concurrent
    private static func contents(of path: String, upTo limit: Int) async -> Result<[UInt8], FileReadError> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            return .failure(errno == ENOENT || errno == ENOTDIR ? .notFound : .unreadable(reason()))
        }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return .success(contents) }
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(.unreadable(reason()))
            }
            contents += buffer[..<count]
            guard contents.count <= limit else { return .failure(.tooLarge(limit: limit)) }
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
