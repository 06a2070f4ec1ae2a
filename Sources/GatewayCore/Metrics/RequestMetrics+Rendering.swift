extension RequestMetrics: MetricSource {
    package func write(to writer: inout MetricsWriter) {
        let reading = read()
        reading.writeClientMetrics(to: &writer)
        reading.writeInstances(to: &writer)
        reading.writeSums(to: &writer)
        reading.writeConventions(to: &writer)
        reading.writeGateway(to: &writer)
    }
}

extension RequestMetricsReading {
    /// By key, provider, model and endpoint.
    fileprivate func writeClientMetrics(to writer: inout MetricsWriter) {
        writer.begin(.requests)
        for (_, labels, sum) in series {
            for outcome in RequestRecord.Outcome.allCases {
                let count = sum.duration(outcome).count
                if count != 0 {
                    writer.sample(.integer(count), labels.appending("status", outcome.storedStatus.description))
                }
            }
        }
        writer.begin(.tokens)
        for (_, labels, sum) in series where sum.input.count != 0 {
            writer.sample(.integer(sum.input.sum), labels.appending("type", "input"))
            writer.sample(.integer(sum.output.sum), labels.appending("type", "output"))
        }
        writer.begin(.cachedTokens)
        for (_, labels, sum) in series where sum.input.count != 0 {
            writer.sample(.integer(sum.cacheRead), labels.appending("type", "read"))
            writer.sample(.integer(sum.cacheWrite), labels.appending("type", "write"))
        }
        writer.begin(.reasoningTokens)
        for (_, labels, sum) in series where sum.output.count != 0 { writer.sample(.integer(sum.reasoning), labels) }
        writer.begin(.requestDuration)
        for (_, labels, sum) in series { writer.histogram(sum.duration, .duration, labels) }
        writer.begin(.errors)
        for (_, labels, sum) in series {
            for kind in ProviderFailure.Kind.allCases where sum.errors(kind) != 0 {
                writer.sample(.integer(sum.errors(kind)), labels.appending("error_type", kind.rawValue))
            }
        }
        writer.begin(.cost)
        for (_, labels, sum) in series where sum.priced != 0 { writer.sample(.cost(sum.cost), labels) }
        writer.begin(.unpricedRequests)
        for (_, labels, sum) in series where sum.input.count != 0 { writer.sample(.integer(sum.unpriced), labels) }
    }

    fileprivate func writeInstances(to writer: inout MetricsWriter) {
        writer.begin(.instanceRequests)
        for (key, counts) in instances {
            let labels = LabelText(name: "provider", value: key.provider).appending("instance", key.instance)
            for (outcome, count) in counts where count != 0 {
                writer.sample(.integer(count), labels.appending("status", outcome.storedStatus.description))
            }
        }
    }

    /// Over several labels.
    fileprivate func writeSums(to writer: inout MetricsWriter) {
        var total = RequestSeriesReading()
        var providers = Folding<String, Int>()
        var models = Folding<String, Int>()
        for (key, _, sum) in series {
            total.add(sum)
            providers.add(sum.duration.count, to: key.provider)
            if sum.priced != 0 { models.add(sum.cost, to: key.model) }
        }
        writer.begin(.gatewayRequests)
        writer.sample(.integer(total.duration.count))
        writer.begin(.gatewayTokens)
        writer.sample(.integer(total.input.sum &+ total.output.sum))
        writer.begin(.gatewayCost)
        writer.sample(.cost(total.cost))
        writer.begin(.cacheHits)
        writer.sample(.integer(total.cacheHits))
        writer.begin(.cacheMisses)
        writer.sample(.integer(total.cacheMisses))
        writer.begin(.providerRequests)
        for (provider, count) in providers.sums where provider != LabelSets.none {
            writer.sample(.integer(count), LabelText(name: "provider", value: provider))
        }
        writer.begin(.modelCost)
        for (model, cost) in models.sums { writer.sample(.cost(cost), LabelText(name: "model", value: model)) }
    }

    /// What OpenTelemetry calls an operation: requests for which a provider was asked.
    fileprivate func writeConventions(to writer: inout MetricsWriter) {
        var operations = Folding<Operation, RequestSeriesReading>()
        for (key, _, sum) in series where key.provider != LabelSets.none {
            operations.add(sum, to: Operation(key))
        }
        writer.begin(.operationDuration)
        for (operation, sum) in operations.sums {
            for outcome in RequestRecord.Outcome.allCases {
                let reading = sum.duration(outcome)
                guard reading.count != 0 else { continue }
                let labels =
                    outcome == .success
                    ? operation.labels : operation.labels.appending("error_type", outcome.storedStatus.description)
                let layout = HistogramLayout.conventionalDuration
                writer.histogram(reading.narrowed(to: layout.bounds.count), layout, labels)
            }
        }
        writer.begin(.tokenUsage)
        for (operation, sum) in operations.sums where sum.input.count != 0 {
            writer.histogram(sum.input, .tokens, operation.labels.appending("gen_ai_token_type", "input"))
            writer.histogram(sum.output, .tokens, operation.labels.appending("gen_ai_token_type", "output"))
        }
        writer.begin(.timeToFirstToken)
        for (operation, sum) in operations.sums where sum.firstToken.count != 0 {
            writer.histogram(sum.firstToken, .firstToken, operation.labels)
        }
        writer.begin(.timePerOutputToken)
        for (operation, sum) in operations.sums where sum.perToken.count != 0 {
            writer.histogram(sum.perToken, .perToken, operation.labels)
        }
    }

    fileprivate func writeGateway(to writer: inout MetricsWriter) {
        writer.begin(.overhead)
        writer.histogram(overhead.relayed, .overhead, LabelText(name: "way", value: "relay"))
        writer.histogram(overhead.translated, .overhead, LabelText(name: "way", value: "translation"))
        writer.begin(.metricSeries)
        writer.sample(.integer(series.count))
        writer.begin(.foldedRequests)
        writer.sample(.integer(series.reduce(0) { $0 + ($1.key.model == LabelSets.other ? $1.sum.duration.count : 0) }))
    }

    private struct Operation: Hashable {
        var name: String
        var provider: String
        var model: String

        init(_ key: SeriesKey) {
            name = GenAIConventions.operation(endpoint: key.endpoint == LabelSets.none ? nil : key.endpoint)
            provider = GenAIConventions.provider(key.provider)
            model = key.model
        }

        var labels: LabelText {
            LabelText(name: "gen_ai_operation_name", value: name).appending("gen_ai_provider_name", provider)
                .appending("gen_ai_request_model", model)
        }
    }
}

/// Sums by key, in the order in which the keys came.
private struct Folding<Key: Hashable, Sum: MetricSum> {
    private(set) var sums: [(Key, Sum)] = []
    private var places: [Key: Int] = [:]

    mutating func add(_ sum: Sum, to key: Key) {
        if let place = places[key] {
            sums[place].1.add(sum)
        } else {
            places[key] = sums.count
            sums.append((key, sum))
        }
    }
}

/// What can be summed up.
private protocol MetricSum {
    mutating func add(_ other: Self)
}

extension Int: MetricSum {
    fileprivate mutating func add(_ other: Int) { self &+= other }
}

extension RequestSeriesReading: MetricSum {}

extension MetricValue {
    /// USD from 10^-12 of them.
    fileprivate static func cost(_ pico: Int) -> MetricValue { .decimal(pico, places: 12) }
}
