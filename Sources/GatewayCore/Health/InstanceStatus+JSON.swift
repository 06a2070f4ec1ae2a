/// How every provider is, as `GET /api/v1/providers/status` and `gatewayd status --json` tell it.
package struct ProviderStatusReport {
    private let statuses: [InstanceStatus]
    private let shared: [SharedStanding]

    package init(_ statuses: [InstanceStatus], shared: [SharedStanding] = []) {
        self.statuses = statuses
        self.shared = shared
    }

    /// `{"providers": [{"provider", "status", "instances": […]}]}`, in the configuration's order, and `shared` where something is
    /// shared with other gateways. Nothing in it is secret.
    package var json: JSONObject {
        var keys: [String] = []
        for status in statuses where !keys.contains(status.provider) { keys.append(status.provider) }
        let providers = keys.map { key in
            let instances = statuses.filter { $0.provider == key }
            return JSONValue.object([
                "provider": .string(key), "status": .string(Self.condition(of: instances)),
                "instances": .array(instances.map { .object($0.json) }),
            ])
        }
        var json: JSONObject = ["providers": .array(providers)]
        if !shared.isEmpty { json.append("shared", .array(shared.map { .object($0.json) })) }
        return json
    }

    /// `degraded` when some of its instances are not healthy, `unhealthy` when none can be asked.
    private static func condition(of instances: [InstanceStatus]) -> String {
        if instances.allSatisfy({ $0.condition == .healthy }) { return "healthy" }
        return instances.allSatisfy { $0.condition == .unhealthy } ? "unhealthy" : "degraded"
    }
}

extension InstanceStatus {
    /// Members that have nothing to tell are null.
    package var json: JSONObject {
        var failure = JSONValue.null
        if let lastFailure {
            failure = .object([
                "kind": .string(lastFailure.rawValue),
                "status": lastFailureStatus.map { .number(JSONNumber($0)) } ?? .null,
                "seconds_ago": .seconds(lastFailureAge),
            ])
        }
        return [
            "instance": .string(instance), "status": .string(condition.rawValue), "circuit": .string(circuit.rawValue),
            "retry_in_seconds": .seconds(retryIn), "in_flight": .number(JSONNumber(inFlight)),
            "time_to_first_token_ms": latency.map { .number(JSONNumber(Int(($0 / .milliseconds(1)).rounded()))) }
                ?? .null,
            "recent_failures": .number(JSONNumber(recentFailures)),
            "failures_in_a_row": .number(JSONNumber(failuresInARow)), "last_failure": failure,
            "keys": .array(keys.map { .object($0.json) }),
        ]
    }
}

extension InstanceStatus.Key {
    fileprivate var json: JSONObject {
        [
            "number": .number(JSONNumber(number)), "circuit": .string(circuit.rawValue),
            "retry_in_seconds": .seconds(retryIn), "rests_for_seconds": .seconds(restsFor),
        ]
    }
}

extension JSONValue {
    /// Whole seconds, rounded up so that nothing that is to come is 0.
    fileprivate static func seconds(_ duration: Duration?) -> JSONValue {
        guard let duration else { return .null }
        return .number(JSONNumber(Int((duration / .seconds(1)).rounded(.up))))
    }
}
