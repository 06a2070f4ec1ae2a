import GatewayProviders
import Testing

@testable import GatewayCore

struct FailoverConfigurationTests {
    private func load(_ toml: String) throws -> GatewayConfiguration {
        let base = "[[providers.demo]]\nname = \"demo\"\n[[providers.openai]]\napi_key = \"k\"\n"
        return try GatewayConfiguration.load(toml: Array((base + toml).utf8))
    }

    private func problems(_ toml: String) -> [String] {
        do {
            _ = try load(toml)
            return []
        } catch let error as ConfigurationError {
            return error.problems.map(\.message)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func readsEverySetting() throws {
        let configuration = try load(
            """
            [failover]
            max_attempts = 5
            max_wait_seconds = 0
            [failover.circuit]
            open_seconds = [1, 2.5]
            jitter = 0
            [failover.retry_budget]
            percent = 50
            [failover.probes]
            include_healthy = true
            """)
        #expect(configuration.failover.maxAttempts == 5)
        #expect(configuration.failover.maxWait == .zero)
        #expect(configuration.failover.circuit.openDurations == [.seconds(1), .milliseconds(2500)])
        #expect(configuration.failover.circuit.failures == 3)
        #expect(configuration.failover.retryBudget.percent == 50)
        #expect(configuration.failover.retryBudget.minPerSecond == 10)
        #expect(configuration.failover.probes.includesHealthy)
    }

    @Test func aProvidersRuleGoesBeforeTheGeneralOne() throws {
        let balancing = try load(
            """
            [balancing]
            policy = "round_robin"
            sticky = "key"
            session_return_seconds = 0
            [balancing.providers.demo]
            sticky = "off"
            """
        ).balancing
        #expect(balancing.sessionReturn == .zero)
        #expect(balancing.rule(for: "openai") == BalancingRule(policy: .roundRobin, stickiness: .key))
        #expect(balancing.rule(for: "demo") == BalancingRule(policy: .roundRobin, stickiness: .off))
    }

    @Test func readsChainsAndHedges() throws {
        let routing = try load(
            """
            [routing]
            fallback_chain = ["demo"]
            [routing.fallbacks]
            "gpt-4o" = ["demo/echo", "openai"]
            [routing.hedge_after_ms]
            "gpt-4o" = 800
            "*" = "p95"
            """
        ).routing
        #expect(routing.fallbacks.general == ["demo"])
        #expect(routing.fallbacks.chains == ["gpt-4o": ["demo/echo", "openai"]])
        #expect(routing.hedging == ["gpt-4o": .fixed(.milliseconds(800)), "*": .p95])
    }

    @Test func gathersTheKeysOfAnInstance() throws {
        let toml = "[[providers.openai]]\nname = \"b\"\napi_keys = [\"k1\", \"k2\"]\n"
        let instances = try #require(try load("api_keys = [\"k\", \"l\"]\n" + toml).provider("openai")).instances
        #expect(instances[0].apiKeys.map(\.revealed) == ["k", "l"])
        #expect(instances[1].apiKey?.revealed == "k1")
    }

    @Test(arguments: [
        ("[routing]\nfallback_chain = [\"nobody\"]", "the fallback 'nobody' leads to no provider"),
        ("[routing.fallbacks]\n\"x\" = [\"nobody/m\"]", "the fallback 'nobody/m' leads to no provider"),
        ("[balancing.providers.nobody]\npolicy = \"cheapest\"", "the provider 'nobody' is not configured"),
        ("[balancing]\npolicy = \"best\"", "'policy' cannot be 'best'"),
        ("[failover.circuit]\nopen_seconds = [0]", "'open_seconds' should be numbers of seconds above 0"),
        ("[failover.circuit]\njitter = 2", "'jitter' should be a number from 0.0 to 1.0"),
        ("[routing.hedge_after_ms]\n\"m\" = \"soon\"", "'m' should be milliseconds or \"p95\""),
    ])
    func namesWhatIsWrong(toml: String, message: String) {
        #expect(problems(toml) == [message])
    }
}
