import GatewayCore
import Glibc

/// What the operating system says of this process, by the names that all of Prometheus's clients use. What it does not say
/// is left out.
package struct ProcessMetrics: MetricSource {
    /// Seconds since 1970.
    private let startedAt: Double

    /// Made when the process starts.
    package init(clock: any WallClock) {
        startedAt = clock.now()
    }

    package func write(to writer: inout MetricsWriter) {
        write(.processCPU, Self.cpuTime, to: &writer)
        let memory = Self.memory
        write(.processMemory, memory.map { .integer($0.resident) }, to: &writer)
        write(.processVirtualMemory, memory.map { .integer($0.virtual) }, to: &writer)
        write(.processThreads, Self.entries(of: "/proc/self/task").map { .integer($0) }, to: &writer)
        write(.processOpenFiles, Self.openFiles.map { .integer($0) }, to: &writer)
        write(.processMaxFiles, Self.maxFiles.map { .integer($0) }, to: &writer)
        write(.processStart, .decimal(Int(startedAt * 1000), places: 3), to: &writer)
    }

    private func write(_ family: MetricFamily, _ value: MetricValue?, to writer: inout MetricsWriter) {
        guard let value else { return }
        writer.begin(family)
        writer.sample(value)
    }

    private static var cpuTime: MetricValue? {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
        let microseconds = [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Int($1.tv_sec) * 1_000_000 + Int($1.tv_usec)
        }
        return .decimal(microseconds, places: 6)
    }

    private static var memory: (resident: Int, virtual: Int)? {
        guard let text = smallFile("/proc/self/statm") else { return nil }
        let pages = text.split(separator: " ").prefix(2).compactMap { Int($0) }
        guard pages.count == 2 else { return nil }
        let size = sysconf(Int32(_SC_PAGESIZE))
        return (pages[1] * size, pages[0] * size)
    }

    /// Since Linux 6.2 the folder's size is the answer; counting takes a millisecond per ten thousand.
    private static var openFiles: Int? {
        var status = stat()
        if stat("/proc/self/fd", &status) == 0, status.st_size > 0 { return Int(status.st_size) }
        // The folder itself is open while it is counted.
        return entries(of: "/proc/self/fd").map { $0 - 1 }
    }

    private static var maxFiles: Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Int(clamping: limit.rlim_cur)
    }

    private static func entries(of folder: String) -> Int? {
        guard let directory = opendir(folder) else { return nil }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            if entry.pointee.d_name.0 != UInt8(ascii: ".") { count += 1 }
        }
        return count
    }

    private static func smallFile(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
