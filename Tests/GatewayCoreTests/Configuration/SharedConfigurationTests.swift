import GatewayProviders
import Testing

@testable import GatewayCore

struct SharedConfigurationTests {
    private func load(_ toml: String, _ environment: [String: String] = [:]) throws -> GatewayConfiguration {
        try GatewayConfiguration.load(
            toml: Array(("[[providers.demo]]\nname = \"demo\"\n" + toml).utf8), environment: environment)
    }

    @Test func readsTheUsualAddresses() throws {
        let plain = try #require(RedisURL("redis://localhost"))
        #expect((plain.host, plain.port, plain.database) == ("localhost", 6379, 0))
        #expect(!plain.isEncrypted && plain.user == nil && plain.password == nil)
        let full = try #require(RedisURL("rediss://app:a%40b%3Ac@[::1]:6380/3"))
        #expect((full.host, full.port, full.database, full.user) == ("::1", 6380, 3, "app"))
        #expect(full.isEncrypted && full.password?.revealed == "a@b:c")
        #expect(RedisURL("redis://:word@h")?.password?.revealed == "word")
        #expect(RedisURL("redis://:a@b@h:1/")?.host == "h")
    }

    @Test(arguments: [
        "", "redis:", "redis://", "redis://:6379", "http://h", "redis://h:0", "redis://h:65536", "redis://h:x",
        "redis://h/x",
        "redis://h/-1", "redis://h?x=1", "redis://h#x", "redis://user@h", "redis://:%zz@h", "redis://:%ff@h",
        "redis://[::1",
        "redis://h:+1", "redis://a b",
    ])
    func refusesWhatIsNoAddress(_ text: String) {
        #expect(RedisURL(text) == nil)
    }

    @Test func showsNoPassword() throws {
        let url = try #require(RedisURL("redis://app:hunter2hunter2hunter2@h/1"))
        var dumped = ""
        dump(SharedConfiguration(redis: url), to: &dumped)
        #expect(!"\(url) \(String(reflecting: url)) \(dumped)".contains("hunter2"))
        #expect("\(url)" == "redis://h:6379/1")
    }

    @Test func readsEverySetting() throws {
        let toml = """
            [shared]
            redis = "${REDIS_URL}"
            ca_file = "/ca.pem"
            prefix = "fleet"
            timeout_ms = 50
            lease_seconds = 10
            """
        let shared = try #require(load(toml, ["REDIS_URL": "rediss://:word@h:1"]).shared)
        #expect(shared.redis == RedisURL("rediss://:word@h:1"))
        #expect((shared.certificateAuthorities, shared.prefix) == ("/ca.pem", "fleet"))
        #expect((shared.timeout, shared.lease) == (.milliseconds(50), .seconds(10)))
        #expect(try load("").shared == nil)
    }

    @Test func aWrongAddressIsToldWithoutItsPassword() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try load("[shared]\nredis = \"redis://:hunter2@\"")
        }
        #expect(error.problems.count == 1)
        #expect(!"\(error)".contains("hunter2"))
        #expect(throws: ConfigurationError.self) { try load("[shared]\nprefix = \"x\"") }
    }
}
