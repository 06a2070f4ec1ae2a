import Glibc

/// Whole files, and why they could not be read or written.
enum Files {
    struct Failure: Error {
        var description: String

        init(_ path: String, _ code: Int32) {
            description = "\(path): \(Files.reason(code))"
        }
    }

    /// The system's words for an error.
    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func read(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(path, errno) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return contents }
            if count < 0 {
                if errno == EINTR { continue }
                throw Failure(path, errno)
            }
            contents += buffer[..<count]
        }
    }

    /// Replaces the file in one step, so that a reader never sees half of it.
    static func replace(_ path: String, with bytes: [UInt8]) throws(Failure) {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure(temporary, errno) }
        let isWritten = writeAll(bytes, to: descriptor)
        let code = errno
        close(descriptor)
        guard isWritten else { throw Failure(temporary, code) }
        guard rename(temporary, path) == 0 else { throw Failure(path, errno) }
    }

    /// False, with errno set, when the bytes could not all be written.
    @discardableResult
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}
