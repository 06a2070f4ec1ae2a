extension LimitsConfiguration {
    init(reading reader: inout ConfigurationReader) {
        self.init()
        maxInFlight = reader.integer("max_in_flight", in: 1...10_000_000)
        gateway = reader.table("global") { LimitRule(reading: &$0) }
        eachKey = reader.table("per_key") { LimitRule(reading: &$0) }
        keys = reader.table("keys") { Self.rules(reading: &$0) } ?? [:]
        models = reader.table("models") { Self.rules(reading: &$0) } ?? [:]
        providers = reader.table("providers") { Self.rules(reading: &$0) } ?? [:]
    }

    private static func rules(reading reader: inout ConfigurationReader) -> [String: LimitRule] {
        var rules: [String: LimitRule] = [:]
        for name in reader.allKeys() { rules[name] = reader.table(name) { LimitRule(reading: &$0) } }
        return rules
    }
}

extension LimitRule {
    fileprivate init(reading reader: inout ConfigurationReader) {
        self.init()
        requests = reader.integer("requests", in: 1...1_000_000_000)
        tokens = reader.integer("tokens", in: 1...1_000_000_000_000)
        concurrent = reader.integer("concurrent", in: 1...10_000_000)
        window = reader.seconds("window_seconds") ?? window
    }
}
