@testable import GatewayCore

/// Watches events and tells the first breach of the grammar in `StreamEvent`.
struct GrammarChecker {
    private(set) var violation: String?
    private var hasBegun = false
    private var isOver = false
    private var open: [PartID: PartKind] = [:]
    private var partCounts: [Int: Int] = [:]
    private var stopped: Set<Int> = []

    init() {}

    /// Nil when the events keep the grammar from beginning to end.
    static func violation(in events: [StreamEvent]) -> String? {
        var checker = GrammarChecker()
        for (index, event) in events.enumerated() {
            checker.check(event)
            if let violation = checker.violation { return "\(violation) (event \(index): \(event))" }
        }
        return checker.isOver ? nil : "neither ended nor failed"
    }

    mutating func check(_ event: StreamEvent) {
        guard violation == nil else { return }
        if isOver { return fail("an event after the end") }
        switch event {
        case .began:
            if hasBegun { fail("began twice") }
            hasBegun = true
            return
        case .failed:
            isOver = true
            return
        default:
            if !hasBegun { return fail("an event before began") }
        }
        checkRunning(event)
    }

    private mutating func checkRunning(_ event: StreamEvent) {
        switch event {
        case .opened(let id, let kind):
            let count = partCounts[id.candidate, default: 0]
            if id.index != count { fail("part \(id.index) opened when \(count) was next") }
            if stopped.contains(id.candidate) { fail("a part after its candidate stopped") }
            partCounts[id.candidate] = count + 1
            open[id] = kind
        case .appended(let id, let delta):
            guard let kind = open[id] else { return fail("a delta of a part that is not open") }
            if !kind.takes(delta) { fail("a delta that does not fit its part") }
        case .closed(let id):
            if open.removeValue(forKey: id) == nil { fail("closed a part that is not open") }
        case .stopped(let candidate, _, _):
            if open.keys.contains(where: { $0.candidate == candidate }) { fail("stopped with an open part") }
            if !stopped.insert(candidate).inserted { fail("stopped twice") }
        case .ended:
            if !open.isEmpty { fail("ended with an open part") }
            if let missing = partCounts.keys.first(where: { !stopped.contains($0) }) {
                fail("ended before candidate \(missing) stopped")
            }
            isOver = true
        case .began, .failed, .logprobs, .usage, .ping, .foreign:
            break
        }
    }

    private mutating func fail(_ what: String) {
        violation = what
    }
}

extension PartKind {
    fileprivate func takes(_ delta: PartDelta) -> Bool {
        switch (self, delta) {
        case (.text, .text), (.text, .signature), (.text, .citation), (.text, .extras): true
        case (.reasoning, .text), (.reasoning, .signature), (.reasoning, .extras): true
        case (.refusal, .text): true
        case (.toolCall, .arguments), (.toolCall, .signature), (.toolCall, .extras): true
        default: false
        }
    }
}
