/// What the gateways of a fleet know together, wherever that is kept: how far limits are used up, and which instances are out.
///
/// It may be out of reach at any time. Then each gateway goes on with what it knows itself: nothing here fails a request, and
/// nothing lets one wait longer than a short, configured time.
package protocol SharedState: Sendable {
    /// How it stands now.
    var standing: SharedStanding { get }

    /// Counts a request against limits that all gateways hold together: all of them, or none. Nil when the state is out of
    /// reach; the gateway's own counts then decide alone.
    func reserve(_ claim: LimitClaim) async -> LimitVerdict?

    /// Ends a claim that was granted: its tokens are exchanged for those used. Only hands over.
    func settle(_ claim: LimitClaim, used: Int)

    /// Tells what this gateway has found out of instances, and hears what all have; nil when the state is out of reach.
    func exchange(_ report: CircuitReport) async -> CircuitNews?
}

/// One request as the limits that gateways share see it.
package struct LimitClaim: Sendable, Hashable {
    package struct Count: Sendable, Hashable {
        package var scope: LimitScope
        package var rule: LimitRule
    }

    /// Unlike any other of any gateway.
    package var id: String
    /// The most it may cost.
    package var tokens: Int
    package var counts: [Count]
}

/// What the shared limits say of a claim.
package enum LimitVerdict: Sendable, Hashable {
    /// With what is left of them afterwards.
    case granted(LimitStanding)
    case refused(LimitRefusal)
}

/// What one gateway tells the others of its instances' circuits. Instances are named `provider/instance`.
package struct CircuitReport: Sendable, Equatable {
    package struct Opening: Sendable, Equatable {
        package var name: String
        package var duration: Duration
        /// How often in a row it was opened without closing in between.
        package var openings: Int
    }

    package var opened: [Opening] = []
    /// Those that closed after probes of this gateway.
    package var closed: [String] = []
    /// Those that may be probed earlier than told, since there is a sign of life.
    package var hastened: [String] = []
    /// Those that this gateway would probe with its next request, if it may.
    package var wanted: [String] = []
    /// Those that a request of this gateway probes now.
    package var probed: [String] = []

    package init() {}
}

/// What all gateways together know of instances' circuits.
package struct CircuitNews: Sendable, Equatable {
    package struct Circuit: Sendable, Equatable {
        package enum State: Sendable, Equatable {
            /// Until the first probe; zero when that is due.
            case open(Duration)
            /// It was open a short while ago.
            case closed
        }

        package var name: String
        package var state: State
        package var openings: Int
        /// How long this gateway is the one that may probe; zero when it is not.
        package var leave: Duration

        package init(name: String, state: State, openings: Int, leave: Duration = .zero) {
            self.name = name
            self.state = state
            self.openings = openings
            self.leave = leave
        }
    }

    /// How many gateways share the state now, this one included.
    package var gateways: Int
    /// Those that are open, and those that closed lately.
    package var circuits: [Circuit]

    package init(gateways: Int, circuits: [Circuit]) {
        self.gateways = gateways
        self.circuits = circuits
    }
}
