import GatewayCore

/// How the instances of the running gateway are, for `stats`.
enum ProviderHealth {
    struct Instance {
        var name: String
        var provider: String
        var condition: InstanceStatus.Condition
        var failuresInARow: Int
        /// Seconds until it is tried again; nil while it is not left out.
        var retryIn: Int?
    }

    case known([Instance])
    /// Why nobody can say.
    case unknown(String)

    /// Asks the gateway that runs with this configuration.
    init(of gateway: RunningGateway) {
        do {
            self = .known(Self.instances(in: try gateway.answer(to: "status")))
        } catch {
            self = .unknown(error.description)
        }
    }

    /// What a gateway of another version says in other words is left out.
    private static func instances(in status: JSONObject) -> [Instance] {
        (status["providers"]?.array ?? []).flatMap { provider in
            (provider["instances"]?.array ?? []).compactMap { instance -> Instance? in
                guard let name = instance["instance"]?.string,
                    let condition = (instance["status"]?.string).flatMap({ InstanceStatus.Condition(rawValue: $0) })
                else { return nil }
                return Instance(
                    name: name, provider: provider["provider"]?.string ?? "", condition: condition,
                    failuresInARow: instance["failures_in_a_row"]?.int ?? 0,
                    retryIn: instance["retry_in_seconds"]?.int)
            }
        }
    }

    /// Null for programs where nobody can say.
    var json: JSONValue {
        guard case .known(let instances) = self else { return .null }
        var object: JSONObject = ["total": .number(JSONNumber(instances.count))]
        for condition in InstanceStatus.Condition.allCases {
            object[condition.rawValue] = .number(JSONNumber(instances.count { $0.condition == condition }))
        }
        object["instances"] = .array(
            instances.map { instance in
                [
                    "provider": .string(instance.provider), "instance": .string(instance.name),
                    "status": .string(instance.condition.rawValue),
                    "failures_in_a_row": .number(JSONNumber(instance.failuresInARow)),
                    "retry_in_seconds": instance.retryIn.map { .number(JSONNumber($0)) } ?? .null,
                ]
            })
        return .object(object)
    }

    // MARK: For people

    var text: String {
        switch self {
        case .unknown(let reason): "Provider health\n  unknown: \(reason)\n"
        case .known(let instances):
            "Provider health\n" + Readable.list(instances.map(Self.line)) + overall(instances)
        }
    }

    private static func line(_ instance: Instance) -> (String, String) {
        let word = instance.condition.word
        let space = String(repeating: " ", count: InstanceStatus.Condition.wordWidth - word.count + 2)
        return (Readable.name(instance.name), word + space + "(\(state(instance)))")
    }

    private static func state(_ instance: Instance) -> String {
        var parts = [Readable.count(instance.failuresInARow, "failure")]
        if instance.condition == .recovering { parts = ["testing recovery"] }
        if let seconds = instance.retryIn { parts.append("retry in \(Readable.span(Double(seconds)))") }
        return parts.joined(separator: ", ")
    }

    private func overall(_ instances: [Instance]) -> String {
        func count(_ condition: InstanceStatus.Condition) -> Int { instances.count { $0.condition == condition } }
        var text = "  Overall: \(count(.healthy))/\(instances.count) healthy"
        for (condition, word) in [
            (InstanceStatus.Condition.resting, "resting"), (.recovering, "recovering"), (.unhealthy, "down"),
        ] where count(condition) > 0 {
            text += ", \(count(condition)) \(word)"
        }
        return text + "\n"
    }
}

extension InstanceStatus.Condition {
    fileprivate static let wordWidth = allCases.map(\.word.count).max() ?? 0

    fileprivate var word: String {
        switch self {
        case .healthy: "Healthy"
        case .resting: "Resting"
        case .recovering: "Recovering"
        case .unhealthy: "Unhealthy"
        }
    }
}
