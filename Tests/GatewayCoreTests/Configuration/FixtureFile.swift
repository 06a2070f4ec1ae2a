import Glibc

/// A file of the repository, named from its top.
enum FixtureFile {
    static func bytes(_ path: String, from here: StaticString = #filePath) -> [UInt8] {
        let components = "\(here)".split(separator: "/").prefix { $0 != "Tests" }
        return bytes(at: "/" + (components.map(String.init) + [path]).joined(separator: "/"))
    }

    static func bytes(at path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return bytes
    }
}
