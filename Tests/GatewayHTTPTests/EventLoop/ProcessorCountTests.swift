import Testing

@testable import GatewayHTTP

@Suite struct ProcessorCountTests {
    private func count(affinity: Int = 16, memberships: String = "0::/app.slice/gateway\n", files: [String: String])
        -> Int
    {
        ProcessorQuota.processors(affinity: affinity, memberships: memberships) { files[$0] }
    }

    @Test func takesTheSmallestQuotaOnThePathToTheRoot() {
        #expect(count(files: [:]) == 16)
        #expect(count(files: ["/sys/fs/cgroup/app.slice/cpu.max": "200000 100000\n"]) == 2)
        #expect(
            count(files: [
                "/sys/fs/cgroup/cpu.max": "400000 100000\n", "/sys/fs/cgroup/app.slice/gateway/cpu.max": "max 100000\n",
            ]) == 4)
    }

    @Test func roundsPartsOfAProcessorUp() {
        #expect(count(files: ["/sys/fs/cgroup/cpu.max": "50000 100000\n"]) == 1)
        #expect(count(files: ["/sys/fs/cgroup/cpu.max": "150000 100000\n"]) == 2)
    }

    @Test func readsVersionOneQuotas() {
        let files = [
            "/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": "300000\n",
            "/sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "100000\n",
        ]
        #expect(count(memberships: "4:cpu,cpuacct:/box\n", files: files) == 3)
        #expect(count(memberships: "4:memory:/box\n", files: files) == 16)
    }

    @Test func ignoresNonsense() {
        #expect(count(affinity: 3, memberships: "x\n0::\n", files: ["/sys/fs/cgroup/cpu.max": "-1 0\nq"]) == 3)
        #expect(availableProcessors() >= 1)
    }
}
