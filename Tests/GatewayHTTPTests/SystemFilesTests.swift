import GatewayCore
import GatewayHTTP
import Testing

struct SystemFilesTests {
    @Test func readsAWholeFile() async throws {
        let bytes = try await SystemFiles().read("/proc/self/stat", upTo: 1 << 20)
        #expect(bytes.last == UInt8(ascii: "\n"))
    }

    @Test func saysWhyItCannot() async {
        await #expect(throws: FileReadError.notFound) { try await SystemFiles().read("/nowhere/at/all", upTo: 1) }
        await #expect(throws: FileReadError.tooLarge(limit: 4)) {
            try await SystemFiles().read("/proc/self/stat", upTo: 4)
        }
        await #expect(throws: FileReadError.self) { try await SystemFiles().read("/proc", upTo: 1) }
    }
}
