/// One stream's way from the provider's bytes to the client's.
package protocol StreamPipe {
    /// Appends what the provider's bytes mean for the client to `output`.
    mutating func take(_ bytes: [UInt8], into output: inout [UInt8])

    /// The provider's bytes ended. Without the format's terminator that is a failure, which the client is told.
    mutating func end(into output: inout [UInt8])

    /// Ends the stream with a failure told in the client's format.
    mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8])

    /// The provider's identifier of the reply, where its bytes go through; known once the answer is committed.
    var replyID: String? { get }
    var usage: TokenUsage? { get }
    /// The output that `usage` does not count yet; nil where the pipe does not understand what it passes on.
    var uncounted: OutputMeter? { get }
    var failure: ProviderFailure? { get }
    /// Whether the answer has begun in earnest: from here on no other provider can take over.
    var isCommitted: Bool { get }
    /// Whether nothing can follow any more.
    var isOver: Bool { get }

    /// Why the provider broke off, while it is not decided whether another one goes on: nothing follows until then, and the
    /// stream is not over.
    var breakOff: ProviderFailure? { get }
    /// The stream that another provider may go on with; nil for pipes that know of no such thing.
    var translator: StreamTranslator? { get }
    /// Nobody goes on: the client is told why the provider broke off.
    mutating func giveUp(into output: inout [UInt8])
}

extension StreamPipe {
    package var breakOff: ProviderFailure? { nil }
    package var translator: StreamTranslator? { nil }
    package mutating func giveUp(into output: inout [UInt8]) {}
    package var uncounted: OutputMeter? { nil }
    package var replyID: String? { nil }

    /// Takes bytes, or nil for their end, and tells whether nothing can follow any more. Asked of the pipe by itself, that
    /// would copy the pipe out of whatever holds it.
    mutating func advance(_ bytes: [UInt8]?, into output: inout [UInt8]) -> Bool {
        if let bytes { take(bytes, into: &output) } else { end(into: &output) }
        return isOver
    }
}

/// What must be known of a stream besides its bytes.
package struct StreamObservation: Sendable {
    package private(set) var usage: TokenUsage?
    package private(set) var uncounted = OutputMeter()
    package private(set) var failure: ProviderFailure?
    package private(set) var isComplete = false
    /// Whether anything but the head was said: from here on the reply is committed.
    package private(set) var hasContent = false

    package var isOver: Bool { isComplete || failure != nil }

    package init() {}

    package mutating func note(_ event: StreamEvent) {
        switch event {
        case .began: break
        case .usage(let usage):
            if usage.output != nil { uncounted.reset() }
            if self.usage == nil { self.usage = usage } else { self.usage?.update(with: usage) }
        case .ended:
            isComplete = true
            hasContent = true
        case .failed(let failure): self.failure = failure
        case .appended(_, .text(let text)), .appended(_, .arguments(let text)):
            uncounted.add(text.utf8.count)
            hasContent = true
        case .opened, .appended, .closed, .logprobs, .stopped, .ping, .foreign: hasContent = true
        }
    }
}
