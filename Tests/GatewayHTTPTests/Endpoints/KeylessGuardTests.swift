import GatewayCore
import Testing

@testable import GatewayHTTP

struct KeylessGuardTests {
    private func status(_ headers: HTTPFields, cors: CORSConfiguration = CORSConfiguration()) -> Int? {
        KeylessGuard(cors: CORSPolicy(cors)).failure(of: headers)?.status
    }

    @Test(arguments: ["localhost:8080", "127.0.0.1", "127.8.8.8:1", "[::1]:8080", "LOCALHOST"])
    func takesNamesOfThisMachine(host: String) {
        #expect(status(["host": host]) == nil)
        #expect(status(["host": "localhost", "origin": "http://" + host.lowercased()]) == nil)
    }

    @Test(arguments: ["evil.test", "localhost.evil.test:8080", "127.0.0.1.evil.test", "192.168.0.2", "[::2]", ""])
    func refusesOtherNames(host: String) {
        #expect(status(["host": host]) == 403)
    }

    @Test(arguments: ["https://evil.test", "null", "http://localhost.evil.test"])
    func refusesPagesOfOtherSites(origin: String) {
        #expect(status(["host": "localhost", "origin": origin]) == 403)
    }

    @Test func takesPagesThatTheOperatorAllowed() {
        let cors = CORSConfiguration(isEnabled: true, allowedOrigins: ["https://app.test"])
        #expect(status(["host": "localhost", "origin": "https://app.test"], cors: cors) == nil)
        #expect(status(["host": "localhost", "origin": "https://evil.test"], cors: cors) == 403)
    }
}
