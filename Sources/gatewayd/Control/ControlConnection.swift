import GatewayCore
import Glibc

/// One end of a conversation over the control socket. Every wait ends after `ControlSocket.patienceSeconds`.
struct ControlConnection {
    private let descriptor: Int32

    /// Statuses of a thousand instances are far below.
    private static let maxAnswerBytes = 16 << 20
    /// A reload that fetches nothing is far below.
    private static let answerSeconds = 30

    /// Takes over a descriptor.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        limit(SO_RCVTIMEO, ControlSocket.patienceSeconds)
        limit(SO_SNDTIMEO, ControlSocket.patienceSeconds)
    }

    /// Nil when nobody listens there.
    init?(_ address: ControlAddress) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        self.init(descriptor: descriptor)
        // An address that is too long is nobody's.
        guard (try? address.withSystemAddress({ connect(descriptor, $0, $1) })) == 0 else {
            close()
            return nil
        }
    }

    func close() {
        _ = Glibc.close(descriptor)
    }

    /// Whether the process at the other end runs as this one's user, or as root.
    var isOfThisUser: Bool {
        // `struct ucred` of unix(7): pid, uid, gid. Glibc hides its name behind _GNU_SOURCE.
        var peer: [UInt32] = [0, .max, 0]
        var size = socklen_t(peer.count * MemoryLayout<UInt32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 else { return false }
        return peer[1] == geteuid() || peer[1] == 0
    }

    /// The answer to the word; nil when there is none.
    func ask(_ word: String) -> JSONObject? {
        limit(SO_RCVTIMEO, Self.answerSeconds)
        guard write(Array("\(word)\n".utf8)) else { return nil }
        var answer: [UInt8] = []
        while let bytes = read(), !bytes.isEmpty {
            answer += bytes
            guard answer.count <= Self.maxAnswerBytes else { return nil }
        }
        // A gateway that ended in between leaves half an answer, which is none.
        return try? JSONValue(parsing: answer).object
    }

    /// Without its end; nil when none comes.
    func readLine(upTo limit: Int) -> String? {
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            guard line.count < limit, let bytes = read(), !bytes.isEmpty else { return nil }
            line += bytes
        }
        return String(decoding: line.dropLast(), as: UTF8.self)
    }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool { Files.writeAll(bytes, to: descriptor) }

    /// Nil when nothing comes in time; empty at the end.
    private func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count >= 0 { return Array(buffer[..<count]) }
            guard errno == EINTR else { return nil }
        }
    }

    private func limit(_ option: Int32, _ seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}
