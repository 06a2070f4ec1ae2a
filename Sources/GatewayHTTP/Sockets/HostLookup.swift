import CSystem
import Glibc

/// Asks the system for the addresses of a host, which may block for as long as its resolver likes, on a thread of its own.
enum HostLookup {
    /// Calls the completion once, on the loop: with the addresses in the system's order, empty when there are none.
    static func addresses(
        of host: String, port: UInt16, on loop: EventLoop, _ completion: @escaping @Sendable ([SocketAddress]) -> Void
    ) {
        if let address = SocketAddress(host, port: port) {
            loop.submit { completion([address]) }
            return
        }
        let job = Job {
            let addresses = SocketAddress.listening(on: host, port: port)
            loop.submit { completion(addresses) }
        }
        let argument = Unmanaged.passRetained(job)
        var thread = pthread_t()
        guard pthread_create(&thread, nil, { HostLookup.run($0) }, argument.toOpaque()) == 0 else {
            argument.release()
            loop.submit { completion([]) }
            return
        }
        pthread_detach(thread)
    }

    private final class Job: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        csys_name_thread("host-lookup")
        // SAFETY: `addresses` passed a retained job.
        Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body()
        return nil
    }
}
