import Glibc

/// What one attempt to read from a channel gave.
package enum ChannelRead: Sendable, Equatable {
    /// At least one byte. `isDrained` says that nothing more was there, so that the next edge will tell of more.
    case bytes(Int, isDrained: Bool)
    /// Nothing yet; the readiness after which another attempt may give something.
    case wouldBlock(Interest)
    /// The peer ended its side in order.
    case end
    case failed(SystemError)
}

/// What one attempt to write to a channel gave.
package enum ChannelWrite: Sendable, Equatable {
    /// Fewer bytes than offered say that the channel is full.
    case bytes(Int)
    case wouldBlock(Interest)
    case failed(SystemError)
}

/// The bytes of one connection, plain or encrypted, over a non-blocking descriptor. Used by its loop's thread only;
/// closing the descriptor is its owner's business.
package protocol ConnectionChannel: AnyObject {
    /// The descriptor to watch.
    var descriptor: Int32 { get }
    var isEncrypted: Bool { get }
    /// Whether a request may come: not before the handshake of an encrypted channel is over.
    var isEstablished: Bool { get }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ChannelRead

    /// Offers the buffers in order, none of them empty.
    func write(_ buffers: UnsafeBufferPointer<iovec>) -> ChannelWrite

    /// Tells the peer that no more bytes follow; reading stays possible.
    func endWriting()
}

extension ConnectionChannel {
    package var isEstablished: Bool { true }
}
