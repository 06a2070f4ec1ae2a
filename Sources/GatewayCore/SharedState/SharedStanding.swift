/// How a gateway stands with what it shares: for readiness, status and metrics.
package struct SharedStanding: Sendable, Equatable {
    package enum Use: String, Sendable, CaseIterable {
        /// Limits and circuits.
        case state
        case cache
    }

    package enum Condition: String, Sendable, CaseIterable {
        /// The first connection is being made.
        case starting
        case connected
        /// The gateway goes on with what it knows itself.
        case away
    }

    package var use: Use
    /// Without credentials.
    package var server: String
    package var condition: Condition
    /// Why it is away, in words that anybody may read.
    package var problem: String?
    /// The gateways that share it now, this one included; nil where that is not known.
    package var gateways: Int?
    /// What could not be asked or was not answered since the start, and was decided by this gateway alone.
    package var failures: Int

    package init(
        use: Use, server: String, condition: Condition, problem: String? = nil, gateways: Int? = nil, failures: Int = 0
    ) {
        self.use = use
        self.server = server
        self.condition = condition
        self.problem = problem
        self.gateways = gateways
        self.failures = failures
    }

    package var json: JSONObject {
        var json: JSONObject = [
            "use": .string(use.rawValue), "server": .string(server), "status": .string(condition.rawValue),
            "problem": problem.map { .string($0) } ?? .null, "failures": .number(JSONNumber(failures)),
        ]
        if let gateways { json.append("gateways", .number(JSONNumber(gateways))) }
        return json
    }
}

extension Gateway {
    /// How it stands with everything it shares; empty for a gateway on its own.
    package var sharedStandings: [SharedStanding] {
        var standings = services.sharedState.map { [$0.standing] } ?? []
        if state.answers?.isShared == true, let cache = services.sharedCache { standings.append(cache.standing) }
        return standings
    }
}
