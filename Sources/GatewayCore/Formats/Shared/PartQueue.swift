/// Whose turn it is among the parts of a stream, for formats that never interleave them while the hub may. Only the first
/// candidate is told: such formats have room for one.
struct PartQueue {
    /// What has come of a part before its turn.
    struct Waiting {
        let id: PartID
        let kind: PartKind
        fileprivate(set) var deltas: [PartDelta] = []
        fileprivate(set) var isClosed = false
    }

    enum Place {
        case current, waiting, nowhere
        /// More would wait than is kept of a whole reply.
        case full
    }

    /// What may wait at most, against a provider that never closes the part before.
    static let maxWaitingBytes = 64 << 20

    private(set) var current: PartID?
    private var waiting: [Waiting] = []
    private var waitingBytes = 0

    /// Whether no part is open.
    var isEmpty: Bool { current == nil }

    /// Whether it is the part's turn at once.
    mutating func open(_ id: PartID, _ kind: PartKind) -> Bool {
        guard id.candidate == 0 else { return false }
        if current == nil {
            current = id
            return true
        }
        waiting.append(Waiting(id: id, kind: kind))
        return false
    }

    /// Where the delta belongs; one that must wait is kept.
    mutating func place(_ delta: PartDelta, of id: PartID) -> Place {
        if id == current { return .current }
        guard let place = waiting.firstIndex(where: { $0.id == id }) else { return .nowhere }
        waitingBytes += delta.size
        guard waitingBytes <= Self.maxWaitingBytes else { return .full }
        waiting[place].deltas.append(delta)
        return .waiting
    }

    /// Whether the part is the current one, which is to be finished now.
    mutating func close(_ id: PartID) -> Bool {
        if id == current { return true }
        if let place = waiting.firstIndex(where: { $0.id == id }) { waiting[place].isClosed = true }
        return false
    }

    /// Ends the current part's turn; the one whose turn begins.
    mutating func next() -> Waiting? {
        let next = waiting.isEmpty ? nil : waiting.removeFirst()
        current = next?.id
        return next
    }
}

extension PartDelta {
    /// About what it takes to keep it.
    fileprivate var size: Int {
        let overhead = 64
        switch self {
        case .text(let text), .arguments(let text): return overhead + text.utf8.count
        case .signature(let signature): return overhead + signature.value.utf8.count
        case .citation, .extras: return overhead
        }
    }
}
