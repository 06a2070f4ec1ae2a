/// Keeps one gateway's circuits and those of the others together.
///
/// An instance that one gateway finds broken is soon left out by all of them, and only one of them at a time may send it the
/// request that finds out whether it is back: the others hold their circuits shut for a moment, again and again for as long as
/// they hear from the shared state. When they hear nothing any more the moment passes, and each decides alone.
///
/// Used by one task.
struct CircuitSharing {
    /// What was last known of a circuit, here and there alike.
    private struct Known {
        var openings: Int
        var until: MonotonicInstant
    }

    /// Between two exchanges.
    static let interval = Duration.milliseconds(500)
    /// How long a circuit stays shut after an exchange that gave this gateway no leave to probe it.
    static let hold = Duration.milliseconds(1500)
    /// So long before its end a leave is no longer used: a probe must be told of, which renews it, while it lasts.
    static let margin = Duration.milliseconds(750)
    /// Times that differ by less are the same: clocks and ways differ.
    private static let tolerance = Duration.milliseconds(250)

    private var known: [String: Known] = [:]

    static func name(of instance: InstanceHealth) -> String { "\(instance.provider)/\(instance.instance)" }

    /// What the others have to hear.
    mutating func report(on instances: [InstanceHealth], at now: MonotonicInstant) -> CircuitReport {
        var report = CircuitReport()
        for instance in instances {
            let name = Self.name(of: instance)
            let (breaker, known) = (instance.breaker, known[name])
            switch breaker.state {
            case .closed: if known != nil { report.closed.append(name) }
            case .halfOpen:
                if breaker.isProbed { report.probed.append(name) } else { report.wanted.append(name) }
            case .open(let until):
                guard let known, known.openings >= breaker.openings else {
                    report.opened.append(
                        CircuitReport.Opening(name: name, duration: max(until - now, .zero), openings: breaker.openings)
                    )
                    continue
                }
                guard until <= now else { continue }
                if known.until > now + Self.tolerance { report.hastened.append(name) }
                report.wanted.append(name)
            }
        }
        return report
    }

    /// Takes over what the others know.
    ///
    /// - Parameter report: what was told in the same exchange.
    mutating func take(
        _ news: CircuitNews, after report: CircuitReport, for instances: [InstanceHealth], at now: MonotonicInstant
    ) {
        for name in report.closed { known[name] = nil }
        let circuits = Dictionary(news.circuits.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for instance in instances {
            let name = Self.name(of: instance)
            guard let circuit = circuits[name] else {
                // Nobody told that it closed: the shared state has lost it, and hears of it again.
                known[name] = nil
                continue
            }
            switch circuit.state {
            case .closed:
                if let known = known[name], circuit.openings >= known.openings { instance.adoptClosing(at: now) }
                known[name] = nil
            case .open(let remaining): take(circuit, remaining, for: instance, at: now)
            }
        }
        let names = Set(instances.map(Self.name))
        known = known.filter { names.contains($0.key) }
    }

    private mutating func take(
        _ circuit: CircuitNews.Circuit, _ remaining: Duration, for instance: InstanceHealth, at now: MonotonicInstant
    ) {
        let breaker = instance.breaker
        let isNews = circuit.openings > (known[circuit.name]?.openings ?? 0)
        switch breaker.state {
        case .closed:
            // One that is known and closed here has closed since the report: the next one tells.
            guard isNews else { return }
            instance.adoptOpening(for: remaining, openings: circuit.openings, at: now)
        case .open, .halfOpen:
            guard circuit.openings >= breaker.openings else {
                // It opened again since the report, or while nothing was heard of it: the next report tells.
                known[circuit.name] = nil
                return
            }
            if circuit.openings > breaker.openings {
                instance.adoptOpening(for: remaining, openings: circuit.openings, at: now)
            }
        }
        known[circuit.name] = Known(openings: circuit.openings, until: now + remaining)
        instance.alignCircuit(until: now + remaining, within: Self.tolerance)
        instance.holdProbes(until: now + Self.hold, leaveUntil: now + circuit.leave - Self.margin)
    }
}

extension Gateway {
    /// Shares circuits with other gateways until the task is cancelled; returns at once where nothing is shared. A program that
    /// embeds the gateway calls it from a task of its own.
    public func runSharing() async {
        guard let sharedState = services.sharedState else { return }
        let clock = services.monotonicClock
        var sharing = CircuitSharing()
        while !Task.isCancelled {
            let instances = state.directory.allInstances.map(\.health)
            let report = sharing.report(on: instances, at: clock.now())
            if let news = await sharedState.exchange(report) {
                sharing.take(news, after: report, for: instances, at: clock.now())
            }
            let pause = Backoff.jittered(CircuitSharing.interval, by: 0.1, services.random.jitter())
            await clock.sleep(until: clock.now() + pause)
        }
    }
}
