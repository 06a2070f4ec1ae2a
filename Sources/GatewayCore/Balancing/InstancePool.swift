import Synchronization

/// The instances of one provider, and who of them is asked.
package final class InstancePool: Sendable {
    /// The right to ask an instance once.
    package struct Choice: Sendable {
        package let instance: ProviderInstance
        package let admission: InstanceHealth.Admission
    }

    /// What one request looks for.
    package struct Search {
        /// As the provider calls it.
        package var model: String
        package var now: MonotonicInstant
        package var requestID: String?
        /// The name of the instance that the session stays with.
        package var preferred: String?
        /// The name of the instance that the session returns to, before that one.
        package var home: String?
        /// The name of the one instance that may be asked; nil for any.
        package var only: String?
        /// What the request has asked before.
        package var tried = TriedInstances()
        /// `resting` includes instances that others should be asked before.
        package var least = InstanceState.Standing.ready
        /// Consulted before an instance is asked that has failed since its last answer; false passes it over.
        package var mayAskSuspect: (() -> Bool)?

        package init(model: String, now: MonotonicInstant) {
            self.model = model
            self.now = now
        }
    }

    package let providerKey: String
    /// By priority.
    package let instances: [ProviderInstance]
    package let stickiness: Stickiness
    private let policy: any SelectionPolicy
    private let random: RandomSource
    /// The instances of one priority each.
    private let levels: [Range<Int>]
    private let choices: Atomic<Int>

    package init(
        providerKey: String, instances: [ProviderInstance], rule: BalancingRule, random: RandomSource
    ) {
        let sorted = instances.sorted { $0.configuration.priority < $1.configuration.priority }
        self.providerKey = providerKey
        self.instances = sorted
        self.random = random
        policy = rule.policy.policy
        stickiness = rule.stickiness
        var levels: [Range<Int>] = []
        for (place, instance) in sorted.enumerated() {
            if let level = levels.last,
                sorted[level.lowerBound].configuration.priority == instance.configuration.priority
            {
                levels[levels.count - 1] = level.lowerBound..<place + 1
            } else {
                levels.append(place..<place + 1)
            }
        }
        self.levels = levels
        // Instances may have been chosen by the pool of an earlier configuration.
        choices = Atomic(sorted.map(\.health.lastChoice).max() ?? 0)
    }

    /// The instance to ask next, which it has then been given the right to be asked; nil when there is none.
    ///
    /// The session's instance first; then, priority by priority, one that was not asked yet, and after those another key
    /// of one whose key failed.
    package func choose(_ search: Search) -> Choice? {
        if let only = search.only {
            return instances.firstIndex { $0.name == only }.flatMap { admit($0, search, wasTried: nil) }
        }
        if let home = search.home, let choice = choose(home, search) { return choice }
        if let preferred = search.preferred, let choice = choose(preferred, search) { return choice }
        for level in levels {
            if level.count == 1 {
                if let choice = admit(level.lowerBound, search, wasTried: nil) { return choice }
                continue
            }
            for wasTried in search.tried.isEmpty ? [false] : [false, true] {
                if let choice = choose(among: level, search, wasTried: wasTried) { return choice }
            }
        }
        return nil
    }

    private func choose(_ preferred: String, _ search: Search) -> Choice? {
        guard let place = instances.firstIndex(where: { $0.name == preferred }) else { return nil }
        return admit(place, search, wasTried: false)
    }

    private func choose(among level: Range<Int>, _ search: Search, wasTried: Bool) -> Choice? {
        var candidates: [SelectionCandidate] = []
        for place in level {
            let instance = instances[place]
            guard search.tried.contains(instance) == wasTried else { continue }
            let seen = instance.health.read(
                for: search.model, excluding: search.tried.keys(of: instance), at: search.now)
            guard seen.standing == .ready || seen.standing == search.least else { continue }
            candidates.append(
                SelectionCandidate(
                    place: place, weight: instance.configuration.weight, inFlight: seen.inFlight,
                    latency: seen.latency, price: instance.configuration.priceFactor, lastChoice: seen.lastChoice))
        }
        while !candidates.isEmpty {
            let chosen =
                candidates.count == 1 ? 0 : random.with { policy.choose(from: candidates, random: &$0) }
            // Another request may have taken the one probe in between.
            if let choice = admit(candidates[chosen].place, search, wasTried: wasTried) { return choice }
            candidates.remove(at: chosen)
        }
        return nil
    }

    /// - Parameter wasTried: whether it must have been asked before; nil does not matter.
    private func admit(_ place: Int, _ search: Search, wasTried: Bool?) -> Choice? {
        let instance = instances[place]
        if let wasTried, search.tried.contains(instance) != wasTried { return nil }
        let excluded = search.tried.keys(of: instance)
        guard excluded != .max else { return nil }
        if let mayAskSuspect = search.mayAskSuspect {
            let seen = instance.health.read(for: search.model, excluding: excluded, at: search.now)
            guard seen.standing == .ready || seen.standing == search.least else { return nil }
            if instance.health.isSuspect, !mayAskSuspect() { return nil }
        }
        let choice = choices.wrappingAdd(1, ordering: .relaxed).newValue
        return instance.health.admit(search, excluding: excluded, choice: choice).map {
            Choice(instance: instance, admission: $0)
        }
    }
}

/// The instances that a request has asked, and which of their keys it must not use again.
package struct TriedInstances {
    private var entries: [(instance: ProviderInstance, keys: UInt64)] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    package func contains(_ instance: ProviderInstance) -> Bool {
        entries.contains { $0.instance === instance }
    }

    /// By bits; all of them for an instance that failed as a whole.
    package func keys(of instance: ProviderInstance) -> UInt64 {
        entries.first { $0.instance === instance }?.keys ?? 0
    }

    /// - Parameter key: nil for the whole instance.
    package mutating func note(_ instance: ProviderInstance, key: Int?) {
        let keys = key.map { 1 << UInt64($0) } ?? UInt64.max
        if let place = entries.firstIndex(where: { $0.instance === instance }) {
            entries[place].keys |= keys
        } else {
            entries.append((instance, keys))
        }
    }

    package mutating func forget() {
        entries.removeAll()
    }
}
