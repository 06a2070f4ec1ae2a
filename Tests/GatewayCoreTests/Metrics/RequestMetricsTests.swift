import Synchronization
import Testing

@testable import GatewayCore

struct RequestMetricsTests {
    private func record(
        model: String = "gpt-4o", provider: String? = "openai", outcome: RequestRecord.Outcome = .success
    ) -> RequestRecord {
        var record = RequestRecord(id: "r", startedAt: 0, clientFormat: .openAI, keyName: "team")
        record.endpoint = "/v1/chat/completions"
        record.provider = provider
        record.providerModel = model
        record.outcome = outcome
        record.duration = .milliseconds(100)
        return record
    }

    private func configuration(maxSeries: Int = 1000) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(apiKeys: [GatewayKey(name: "team", key: "sk-gateway-team-0001")])
        configuration.metrics.maxSeries = maxSeries
        return configuration
    }

    /// The lines of the exposition that are samples, by what stands before their value.
    private func samples(_ metrics: RequestMetrics) -> [String: String] {
        let lines = String(decoding: metrics.exposition(.prometheus), as: UTF8.self).split(separator: "\n")
        let pairs = lines.filter { !$0.hasPrefix("#") }.map { line in
            let space = line.lastIndex(of: " ") ?? line.endIndex
            return (String(line[..<space]), String(line[line.index(after: space)...]))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private let labels = "api_key=\"team\",provider=\"openai\",model=\"gpt-4o\",endpoint=\"/v1/chat/completions\""
    private let operation =
        "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"openai\",gen_ai_request_model=\"gpt-4o\""

    @Test func countsRequestsTokensAndCost() {
        let metrics = RequestMetrics(configuration())
        var first = record()
        first.usage = TokenUsage(freshInput: 10, cacheRead: 5, cacheWrite5m: 2, output: 7, reasoning: 3)
        first.cost = RequestCost(total: 1_234_567)
        var second = record()
        second.usage = TokenUsage(freshInput: 100, output: 1)
        metrics.record(first)
        metrics.record(second)
        let samples = samples(metrics)
        #expect(samples["llm_requests_total{\(labels),status=\"success\"}"] == "2")
        #expect(samples["llm_tokens_total{\(labels),type=\"input\"}"] == "117")
        #expect(samples["llm_tokens_total{\(labels),type=\"output\"}"] == "8")
        #expect(samples["llm_cached_tokens_total{\(labels),type=\"read\"}"] == "5")
        #expect(samples["llm_cached_tokens_total{\(labels),type=\"write\"}"] == "2")
        #expect(samples["llm_reasoning_tokens_total{\(labels)}"] == "3")
        #expect(samples["llm_cost_usd_total{\(labels)}"] == "0.000001234567")
        #expect(samples["llm_unpriced_requests_total{\(labels)}"] == "1")
        #expect(samples["llm_gateway_requests_total"] == "2")
        #expect(samples["llm_gateway_tokens_total"] == "125")
        #expect(samples["llm_gateway_cost_total"] == "0.000001234567")
        #expect(samples["llm_gateway_provider_requests_total{provider=\"openai\"}"] == "2")
        #expect(samples["llm_gateway_model_cost_total{model=\"gpt-4o\"}"] == "0.000001234567")
        #expect(
            samples["gen_ai_client_token_usage_bucket{\(operation),gen_ai_token_type=\"input\",le=\"16.0\"}"] == "0")
        #expect(
            samples["gen_ai_client_token_usage_bucket{\(operation),gen_ai_token_type=\"input\",le=\"64.0\"}"] == "1")
        #expect(samples["gen_ai_client_token_usage_sum{\(operation),gen_ai_token_type=\"input\"}"] == "117")
        #expect(samples["gen_ai_client_token_usage_count{\(operation),gen_ai_token_type=\"output\"}"] == "2")
    }

    @Test func durationsAreExact() {
        let metrics = RequestMetrics(configuration())
        for (duration, outcome) in [
            (Duration.milliseconds(10), RequestRecord.Outcome.success), (.nanoseconds(10_000_001), .success),
            (.seconds(100), .success), (.seconds(1000), .timeout),
        ] {
            var record = record(outcome: outcome)
            record.duration = duration
            metrics.record(record)
        }
        let samples = samples(metrics)
        let buckets = ["0.01": "1", "0.02": "2", "81.92": "2", "163.84": "3", "655.36": "3", "+Inf": "4"]
        for (bound, count) in buckets {
            #expect(samples["llm_request_duration_seconds_bucket{\(labels),le=\"\(bound)\"}"] == count, "\(bound)")
        }
        #expect(samples["llm_request_duration_seconds_sum{\(labels)}"] == "1100.020000001")
        #expect(samples["llm_request_duration_seconds_count{\(labels)}"] == "4")
        let success = "gen_ai_client_operation_duration_seconds_bucket{\(operation)"
        #expect(samples["\(success),le=\"81.92\"}"] == "2")
        #expect(samples["\(success),le=\"163.84\"}"] == nil)
        #expect(samples["\(success),le=\"+Inf\"}"] == "3")
        #expect(samples["\(success),error_type=\"timeout\",le=\"+Inf\"}"] == "1")
    }

    @Test func streamsHaveAFirstTokenAndASpeed() {
        let metrics = RequestMetrics(configuration())
        var stream = record()
        stream.isStreaming = true
        stream.timeToFirstByte = .milliseconds(50)
        stream.duration = .milliseconds(1050)
        stream.usage = TokenUsage(output: 101)
        metrics.record(stream)
        var whole = record()
        whole.timeToFirstByte = .milliseconds(50)
        whole.usage = TokenUsage(output: 101)
        metrics.record(whole)
        let samples = samples(metrics)
        #expect(samples["gen_ai_server_time_to_first_token_seconds_sum{\(operation)}"] == "0.05")
        #expect(samples["gen_ai_server_time_to_first_token_seconds_count{\(operation)}"] == "1")
        #expect(samples["gen_ai_server_time_per_output_token_seconds_sum{\(operation)}"] == "0.01")
        #expect(samples["gen_ai_server_time_per_output_token_seconds_count{\(operation)}"] == "1")
    }

    @Test func countsErrorsByTheirKindButNoCancellations() {
        let metrics = RequestMetrics(configuration())
        var refused = record(outcome: .refused)
        refused.failure = ProviderFailure(kind: .rateLimited, status: 429, message: "sk-secret in a message")
        metrics.record(refused)
        metrics.record(refused)
        var left = record(outcome: .cancelled)
        left.failure = ProviderFailure(kind: .server, status: 500, message: "")
        metrics.record(left)
        metrics.record(record(provider: nil, outcome: .refused))
        let samples = samples(metrics)
        let other = labels.split(separator: "gpt-4o").joined(separator: "other")
        #expect(samples["llm_errors_total{\(other),error_type=\"rateLimited\"}"] == "2")
        #expect(samples["llm_requests_total{\(other),status=\"business_error\"}"] == "2")
        #expect(samples["llm_requests_total{\(other),status=\"cancelled\"}"] == "1")
        #expect(!samples.keys.contains { $0.contains("error_type=\"server\"") })
        #expect(!samples.keys.contains { $0.contains("secret") })
        // Nobody was asked: that is no operation of a provider.
        #expect(!samples.keys.contains { $0.contains("gen_ai_provider_name=\"none\"") })
        #expect(samples["llm_gateway_folded_requests_total"] == "4")
    }

    @Test func countsAttemptsByInstance() {
        let metrics = RequestMetrics(configuration())
        var request = record()
        request.attempts = ["one", "two", "three"].map { AttemptRecord(provider: "openai", instance: $0, model: "m") }
        request.attempts[0].failureKind = .timeout
        request.attempts[0].followUp = .failover
        request.attempts[1].followUp = .hedge
        metrics.record(request)
        let samples = samples(metrics)
        for (instance, status) in [("one", "timeout"), ("two", "cancelled"), ("three", "success")] {
            let labels = "provider=\"openai\",instance=\"\(instance)\",status=\"\(status)\""
            #expect(samples["llm_instance_requests_total{\(labels)}"] == "1", "\(instance)")
        }
    }

    @Test func countsTheCacheAndTheGatewaysOwnTime() {
        let metrics = RequestMetrics(configuration())
        for state in [RequestRecord.CacheState.hit, .hit, .miss, .bypass] {
            var record = record()
            record.cacheState = state
            record.overhead = .microseconds(300)
            record.isRelayed = state == .hit
            metrics.record(record)
        }
        let samples = samples(metrics)
        #expect(samples["llm_gateway_cache_hits_total"] == "2")
        #expect(samples["llm_gateway_cache_misses_total"] == "1")
        #expect(samples["llm_gateway_overhead_seconds_bucket{way=\"relay\",le=\"0.0002\"}"] == "0")
        #expect(samples["llm_gateway_overhead_seconds_bucket{way=\"relay\",le=\"0.0004\"}"] == "2")
        #expect(samples["llm_gateway_overhead_seconds_sum{way=\"translation\"}"] == "0.0006")
    }

    @Test func seriesAreBoundedWhateverClientsSend() {
        let metrics = RequestMetrics(configuration(maxSeries: 10), shards: 4) { Int.random(in: 0..<1000) }
        for index in 0..<5000 {
            var record = record(model: "model-\(index)", outcome: index % 2 == 0 ? .success : .refused)
            record.keyName = ["team", nil, "gone"][index % 3]
            record.endpoint = "/v1/\(index)/models/\(index)"
            metrics.record(record)
        }
        let samples = samples(metrics)
        #expect(samples["llm_gateway_requests_total"] == "5000")
        #expect(samples.keys.count { $0.hasPrefix("llm_request_duration_seconds_count") } <= 11)
        #expect(samples.keys.count { $0.hasPrefix("gen_ai_client_operation_duration_seconds_count") } <= 22)
    }

    @Test func manyThreadsCountExactly() async {
        let turn = Atomic(0)
        let metrics = RequestMetrics(configuration(), shards: 4) {
            turn.wrappingAdd(1, ordering: .relaxed).newValue
        }
        let rounds = 2000
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask { @concurrent in
                    for round in 0..<rounds {
                        var record = self.record(model: "model-\((task + round) % 3)")
                        record.usage = TokenUsage(freshInput: 1, output: 2)
                        record.attempts = [AttemptRecord(provider: "openai", instance: "one", model: "m")]
                        metrics.record(record)
                        if round % 500 == 0 { _ = metrics.exposition(.openMetrics) }
                    }
                }
            }
        }
        let samples = samples(metrics)
        #expect(samples["llm_gateway_requests_total"] == "\(8 * rounds)")
        #expect(samples["llm_gateway_tokens_total"] == "\(3 * 8 * rounds)")
        let instance = "provider=\"openai\",instance=\"one\",status=\"success\""
        #expect(samples["llm_instance_requests_total{\(instance)}"] == "\(8 * rounds)")
        #expect(samples["llm_gateway_metric_series"] == "3")
    }

    @Test func aChangedConfigurationTakesHold() {
        var configuration = configuration()
        let metrics = RequestMetrics(configuration)
        metrics.record(record())
        configuration.apiKeys[0].name = "renamed"
        metrics.configure(configuration)
        var next = record()
        next.keyName = "renamed"
        metrics.record(next)
        metrics.record(record())
        let samples = samples(metrics)
        let names = ["team", "renamed", "other"]
        for name in names {
            let labels = labels.split(separator: "team").joined(separator: name)
            #expect(samples["llm_requests_total{\(labels),status=\"success\"}"] == "1", "\(name)")
        }
    }

    @Test func everyFamilyIsInTheCatalogue() {
        let catalogue = MetricFamily.all.map(\.name)
        #expect(Set(catalogue).count == catalogue.count)
        var writer = MetricsWriter(.prometheus)
        RequestMetrics(configuration()).write(to: &writer)
        #expect(Set(writer.families.map(\.name)).isSubset(of: catalogue))
        for family in MetricFamily.all {
            #expect(family.kind != .counter || family.name.hasSuffix("_total"))
            #expect(family.help.hasSuffix("."))
        }
    }
}
