import GatewayCore
import Glibc

/// Answers the operator of the running gateway: one word in a line, one JSON object back, one connection after the other.
final class ControlSocket: Sendable {
    private let address: ControlAddress
    private let descriptor: Int32
    private let answer: @Sendable (String) -> JSONObject

    /// The longest word and its line end.
    static let maxWordBytes = 64
    /// How long either side is waited for.
    static let patienceSeconds = 5

    /// Throws when the address cannot be listened at, and when another gateway does already.
    init(_ address: ControlAddress, answer: @escaping @Sendable (String) -> JSONObject) throws(Complaint) {
        self.address = address
        self.answer = answer
        try address.makeFolder()
        if let peer = ControlConnection(address) {
            peer.close()
            throw Complaint("another gateway of this configuration runs; reload and status speak to that one")
        }
        // Nobody listens there any more.
        unlink(address.path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Complaint(Files.reason(errno)) }
        self.descriptor = descriptor
        // Linux gives the file the mode of the socket.
        fchmod(descriptor, 0o600)
        guard try address.withSystemAddress({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 4) == 0 else {
            let reason = Files.reason(errno)
            close(descriptor)
            throw Complaint("\(address.path): \(reason)")
        }
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        guard pthread_create(&thread, nil, { ControlSocket.runThread($0) }, argument) == 0 else {
            Unmanaged<ControlSocket>.fromOpaque(argument).release()
            close(descriptor)
            throw Complaint("no thread for \(address.path)")
        }
        pthread_detach(thread)
    }

    /// Nobody finds it from now on.
    func remove() {
        unlink(address.path)
    }

    private static func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        // SAFETY: `init` passed a retained socket; the thread keeps it for the life of the process.
        let control = Unmanaged<ControlSocket>.fromOpaque(argument).takeRetainedValue()
        while true {
            let peer = accept(control.descriptor, nil, nil)
            if peer >= 0 {
                control.serve(ControlConnection(descriptor: peer))
            } else if errno == EMFILE || errno == ENFILE || errno == ENOMEM {
                sleep(1)
            } else if errno != EINTR && errno != ECONNABORTED {
                return nil
            }
        }
    }

    private func serve(_ peer: ControlConnection) {
        defer { peer.close() }
        guard peer.isOfThisUser, let word = peer.readLine(upTo: Self.maxWordBytes) else { return }
        peer.write(answer(word).serialized())
    }
}
