import CSystem
import GatewayCore
import Glibc
import Synchronization

/// A client of one Redis or Valkey server: one connection, pipelined, which is made again by itself when it breaks.
///
/// Calls may come from any task. While there is no connection they fail at once, but for the one that is being made when they
/// come, whose end they wait for within their time.
package final class RedisClient: Sendable {
    private let link: RedisLink
    private let loop: EventLoop

    /// - Parameters:
    ///   - loop: carries the connection. It must run.
    ///   - tls: nil for a `redis://` URL.
    package init(url: RedisURL, loop: EventLoop, tls: TLSClientContext?) {
        self.loop = loop
        link = RedisLink(url: url, loop: loop, tls: tls)
    }

    /// Carries the command out.
    ///
    /// - Parameter time: until the reply must be there, connecting included.
    package func call(_ command: RESPCommand, within time: Duration) async throws(RedisError) -> RESPValue {
        let (loop, link) = (loop, link)
        let result = await withCheckedContinuation { continuation in
            let answer: @Sendable (Result<RESPValue, RedisError>) -> Void = { continuation.resume(returning: $0) }
            if loop.isCurrent {
                link.send(command, within: time, completion: answer)
            } else {
                loop.submit { link.send(command, within: time, completion: answer) }
            }
        }
        return try result.get()
    }

    /// Whether there is a connection now.
    package var isConnected: Bool { link.isConnected }

    /// Why there is none; nil while there is one, and before the first attempt.
    package var problem: String? { link.problem }

    /// Ends the connection for good; calls fail from now on.
    package func close() {
        let link = link
        loop.submit { link.close() }
    }
}
