extension BalancingConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init(general: BalancingRule(reading: &reader, after: BalancingRule()))
        sessionLifetime = reader.seconds("session_ttl_seconds") ?? sessionLifetime
        sessionReturn = reader.span("session_return_seconds") ?? sessionReturn
        maxSessions = reader.integer("max_sessions", in: 1...10_000_000) ?? maxSessions
        providers =
            reader.table("providers") { [general] reader in
                var rules: [String: BalancingRule] = [:]
                for provider in reader.allKeys() {
                    rules[provider] = reader.table(provider) { BalancingRule(reading: &$0, after: general) }
                }
                return rules
            } ?? providers
    }
}

extension BalancingRule {
    /// What is not written is as in `general`.
    fileprivate init(reading reader: inout ConfigurationReader, after general: BalancingRule) {
        self.init(
            policy: reader.choice("policy", of: BalancingPolicy.self) ?? general.policy,
            stickiness: reader.choice("sticky", of: Stickiness.self) ?? general.stickiness)
    }
}

extension FailoverConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init()
        maxAttempts = reader.integer("max_attempts", in: 1...100) ?? maxAttempts
        deadline = reader.seconds("deadline_seconds") ?? deadline
        maxWait = reader.span("max_wait_seconds") ?? maxWait
        backoff = reader.span("backoff_seconds") ?? backoff
        maxRest = reader.seconds("max_rest_seconds") ?? maxRest
        continuesStreams = reader.boolean("continue_streams") ?? continuesStreams
        retryBudget =
            reader.table("retry_budget") { reader in
                var budget = RetryBudgetConfiguration()
                budget.percent = reader.number("percent", in: 0...1000) ?? budget.percent
                budget.minPerSecond = reader.number("min_per_second", in: 0...1e6) ?? budget.minPerSecond
                return budget
            } ?? retryBudget
        circuit = reader.table("circuit") { CircuitConfiguration(reading: &$0) } ?? circuit
        probes =
            reader.table("probes") { reader in
                var probes = ProbeConfiguration()
                probes.isEnabled = reader.boolean("enabled") ?? true
                probes.interval = reader.seconds("interval_seconds") ?? probes.interval
                probes.timeout = reader.seconds("timeout_seconds") ?? probes.timeout
                probes.includesHealthy = reader.boolean("include_healthy") ?? probes.includesHealthy
                return probes
            } ?? probes
    }
}

extension CircuitConfiguration {
    fileprivate init(reading reader: inout ConfigurationReader) {
        self.init()
        failures = reader.integer("failures", in: 1...1_000_000) ?? failures
        window = reader.seconds("window_seconds") ?? window
        minFailurePercent = reader.number("min_failure_percent", in: 0...100) ?? minFailurePercent
        openDurations = reader.secondsList("open_seconds") ?? openDurations
        jitter = reader.number("jitter", in: 0...1) ?? jitter
        successes = reader.integer("successes", in: 1...1000) ?? successes
    }
}
