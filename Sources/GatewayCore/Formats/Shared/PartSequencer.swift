/// Brings the parts of a stream one after the other, for formats that never interleave them while the hub may.
///
/// Events of a part that is not its turn yet are kept until the parts before it are closed. Only the first candidate is told:
/// such formats have room for one.
struct PartSequencer {
    private struct WaitingPart {
        var id: PartID
        var kind: PartKind
        var deltas: [PartDelta] = []
        var isClosed = false
    }

    private var current: PartID?
    private var waiting: [WaitingPart] = []

    /// Tells what of the event may be written now; events that concern no part are told as they come.
    mutating func take(_ event: StreamEvent, tell: (StreamEvent) -> Void) {
        switch event {
        case .opened(let id, let kind):
            guard id.candidate == 0 else { return }
            if current == nil {
                current = id
                tell(event)
            } else {
                waiting.append(WaitingPart(id: id, kind: kind))
            }
        case .appended(let id, let delta):
            if id == current {
                tell(event)
            } else if let place = waiting.firstIndex(where: { $0.id == id }) {
                waiting[place].deltas.append(delta)
            }
        case .closed(let id):
            if let place = waiting.firstIndex(where: { $0.id == id }) {
                waiting[place].isClosed = true
            } else if id == current {
                tell(event)
                current = nil
                tellNext(tell)
            }
        case .ended, .failed:
            if case .ended = event { closeAll(tell) }
            tell(event)
        case .began, .logprobs, .usage, .stopped, .ping, .foreign:
            tell(event)
        }
    }

    private mutating func tellNext(_ tell: (StreamEvent) -> Void) {
        while current == nil, !waiting.isEmpty {
            let next = waiting.removeFirst()
            current = next.id
            tell(.opened(next.id, next.kind))
            for delta in next.deltas { tell(.appended(next.id, delta)) }
            guard next.isClosed else { return }
            tell(.closed(next.id))
            current = nil
        }
    }

    /// For streams that end without closing what they opened.
    private mutating func closeAll(_ tell: (StreamEvent) -> Void) {
        while let open = current {
            tell(.closed(open))
            current = nil
            tellNext(tell)
        }
    }
}
