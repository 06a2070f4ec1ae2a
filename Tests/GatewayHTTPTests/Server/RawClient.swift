import Glibc

@testable import GatewayHTTP

/// A client that sends exactly the bytes it is told. Reading waits ten seconds at most.
final class RawClient: Sendable {
    struct Response: Equatable {
        var status: Int
        var head: String
        var body: String
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let descriptor: Int32

    init(_ address: SocketAddress, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard address.withSystemAddress({ connect(descriptor, $0, $1) }) == 0 else {
            throw SystemError(call: "connect")
        }
    }

    deinit { close(descriptor) }

    func send(_ text: String) { send([UInt8](text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next bytes; nil at the end of the connection.
    func receive(atMost count: Int = 65536) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &bytes, count, 0)
        if received == 0 { return nil }
        guard received > 0 else { throw SystemError(call: "recv") }
        return Array(bytes[..<received])
    }

    func receiveExactly(_ count: Int) throws -> String {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = try receive(atMost: count - bytes.count) else { throw Failure(description: "early end") }
            bytes += more
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func receiveLine() throws -> String {
        var line = ""
        while !line.hasSuffix("\r\n") { line += try receiveExactly(1) }
        // CR LF is one character.
        return String(line.dropLast())
    }

    func receiveToEnd() throws -> String {
        var bytes: [UInt8] = []
        while let more = try receive() { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One response with its body taken out of its framing.
    func receiveResponse(hasBody: Bool = true) throws -> Response {
        var head = try receiveLine() + "\n"
        guard let status = Int(head.dropFirst(9).prefix(3)) else { throw Failure(description: head) }
        while !head.hasSuffix("\n\n") { head += try receiveLine() + "\n" }
        return Response(status: status, head: head, body: hasBody ? try receiveBody(head.lowercased()) : "")
    }

    private func receiveBody(_ head: String) throws -> String {
        if let length = head.split(separator: "\n").first(where: { $0.hasPrefix("content-length: ") }) {
            return try receiveExactly(Int(length.dropFirst(16)) ?? 0)
        }
        guard head.contains("transfer-encoding: chunked") else { return "" }
        var body = ""
        while let size = Int(try receiveLine(), radix: 16) {
            body += try receiveExactly(size)
            guard try receiveLine().isEmpty, size > 0 else { break }
        }
        return body
    }
}
