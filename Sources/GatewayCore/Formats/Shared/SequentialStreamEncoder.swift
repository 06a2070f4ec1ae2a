/// The encoder of a format whose parts come one after the other.
protocol SequentialStreamEncoder: StreamEncoder {
    var queue: PartQueue { get set }

    /// The turn of a part of that kind begins.
    mutating func beginPart(_ kind: PartKind, into output: inout [UInt8])

    /// A piece of the part whose turn it is.
    mutating func writePart(_ delta: PartDelta, into output: inout [UInt8])

    /// Nothing more comes of it.
    mutating func finishPart(into output: inout [UInt8])

    /// Ends the stream with a failure; nothing is written from then on.
    mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8])
}

extension SequentialStreamEncoder {
    mutating func open(_ id: PartID, _ kind: PartKind, into output: inout [UInt8]) {
        if queue.open(id, kind) { beginPart(kind, into: &output) }
    }

    mutating func append(_ delta: PartDelta, to id: PartID, into output: inout [UInt8]) {
        switch queue.place(delta, of: id) {
        case .current: writePart(delta, into: &output)
        case .waiting, .nowhere: break
        case .full: fail(.tooMuchWaits, into: &output)
        }
    }

    mutating func close(_ id: PartID, into output: inout [UInt8]) {
        guard queue.close(id) else { return }
        finishPart(into: &output)
        while let next = beginNext(into: &output), next.isClosed { finishPart(into: &output) }
    }

    /// For streams that end without closing what they opened.
    mutating func closeAll(into output: inout [UInt8]) {
        guard !queue.isEmpty else { return }
        finishPart(into: &output)
        while beginNext(into: &output) != nil { finishPart(into: &output) }
    }

    private mutating func beginNext(into output: inout [UInt8]) -> PartQueue.Waiting? {
        guard let next = queue.next() else { return nil }
        beginPart(next.kind, into: &output)
        for delta in next.deltas { writePart(delta, into: &output) }
        return next
    }
}

extension ProviderFailure {
    fileprivate static var tooMuchWaits: ProviderFailure {
        ProviderFailure(
            kind: .malformed, status: 502,
            message: "The provider's answer is longer than \(PartQueue.maxWaitingBytes) bytes.")
    }
}
