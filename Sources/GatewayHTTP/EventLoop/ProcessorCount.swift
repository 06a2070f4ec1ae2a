import CSystem
import Glibc

/// How many processors this process may keep busy: its affinity mask and the CPU quotas of its control groups counted,
/// at least one.
package func availableProcessors() -> Int {
    let affinity = max(1, Int(csys_affinity_count()))
    guard let memberships = readSmallFile("/proc/self/cgroup") else { return affinity }
    return ProcessorQuota.processors(affinity: affinity, memberships: memberships, read: readSmallFile)
}

/// The CPU quota of control groups, versions 1 and 2, over any source of their files.
enum ProcessorQuota {
    static func processors(affinity: Int, memberships: String, read: (String) -> String?) -> Int {
        var limit = Double(affinity)
        for line in memberships.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            if parts[0] == "0", controllers.isEmpty {
                for folder in ancestors(of: parts[2], under: "/sys/fs/cgroup") {
                    if let quota = read(folder + "/cpu.max").flatMap(version2) { limit = min(limit, quota) }
                }
            } else if controllers.contains("cpu") {
                for folder in ancestors(of: parts[2], under: "/sys/fs/cgroup/cpu") {
                    if let quota = version1(
                        quota: read(folder + "/cpu.cfs_quota_us"), period: read(folder + "/cpu.cfs_period_us"))
                    {
                        limit = min(limit, quota)
                    }
                }
            }
        }
        return max(1, Int(limit.rounded(.up)))
    }

    /// `cpu.max`: "max 100000" or "150000 100000".
    static func version2(_ text: String) -> Double? {
        let parts = text.split { $0 == " " || $0 == "\n" }
        guard parts.count == 2 else { return nil }
        return ratio(Int(parts[0]), Int(parts[1]))
    }

    static func version1(quota: String?, period: String?) -> Double? {
        guard let quota, let period else { return nil }
        return ratio(Int(quota.prefix { $0 != "\n" }), Int(period.prefix { $0 != "\n" }))
    }

    private static func ratio(_ quota: Int?, _ period: Int?) -> Double? {
        guard let quota, let period, quota > 0, period > 0 else { return nil }
        return Double(quota) / Double(period)
    }

    /// A quota holds for everything below its group; inside a container the path may not exist, so the root counts too.
    private static func ancestors(of path: Substring, under root: String) -> [String] {
        var folders = [root]
        for component in path.split(separator: "/") where component != ".." {
            folders.append(folders[folders.count - 1] + "/" + component)
        }
        return folders
    }
}

/// The file's text as far as 64 KiB, nil when it cannot be read.
private func readSmallFile(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = read(file, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
}
