import GatewayCore
import Glibc
import Synchronization
import Testing

@testable import GatewayHTTP

@Suite(.timeLimit(.minutes(1))) struct CurlUploadTests {
    private func request(_ server: ScriptedServer, _ upload: Pieces) -> TransportRequest {
        var request = TransportRequest(url: server.url("/files"), headers: ["Content-Type": "text/plain"])
        request.upload = upload
        return request
    }

    @Test func sendsThePiecesInOrderAndOthersAfterThem() async throws {
        let server = try ScriptedServer { connection in
            while let request = connection.readRequest() {
                let body = request.split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""
                let fields = request.contains("Content-Length: 330000") && !request.contains("Expect")
                connection.send(response("\(fields) \(body.utf8.count) \(body.first ?? "-")\(body.last ?? "-")"))
            }
        }
        defer { server.stop() }
        try await withTransport(.curl) { transport in
            for _ in 0..<2 {
                let upload = Pieces([
                    [UInt8](repeating: 0x61, count: 200_000), [0x62], [UInt8](repeating: 0x63, count: 129_999),
                ])
                try await expectText("true 330000 ac", from: transport, request(server, upload))
                try await expectText(
                    "false 3 xz", from: transport, TransportRequest(url: server.url(), body: Array("xyz".utf8)))
            }
        }
        // Each upload has one of its own, which what is asked after it may use.
        #expect(server.connectionCount == 2)
    }

    @Test func isReadOnlyOnceTheServerIsThere() async throws {
        let upload = Pieces([[1]])
        let (fd, port) = try ScriptedServer.listen()
        close(fd)
        try await withTransport(.curl) { transport in
            var request = TransportRequest(url: "http://127.0.0.1:\(port)/")
            request.upload = upload
            guard case .unreachable? = await transportError({ _ = try await transport.send(request) }) else {
                Issue.record("somebody is there")
                return
            }
        }
        #expect(upload.given == 0)
    }

    @Test func anErrorEndsTheReadingAndIsReadToItsEnd() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readSome()
            connection.send(response("no room", status: "413 Content Too Large"))
            while connection.readSome() != nil {}
        }
        defer { server.stop() }
        let upload = Pieces([[1, 2, 3]], length: 1000)
        try await withTransport(.curl) { transport in
            let answer = try await transport.send(request(server, upload))
            #expect(answer.status == 413)
            #expect(try await answer.text() == "no room")
        }
        #expect(upload.isCancelled)
    }

    @Test func aSourceThatFailsEndsTheExchange() async throws {
        let hasLeft = Promise<Bool>()
        let server = try ScriptedServer { connection in
            while connection.readSome() != nil {}
            hasLeft.fulfil(true)
        }
        defer { server.stop() }
        try await withTransport(.curl) { transport in
            let upload = Pieces([[1, 2, 3]], length: 1000, failsAtEnd: true)
            #expect(await transportError { _ = try await transport.send(request(server, upload)) } == .cancelled)
            #expect(await hasLeft.value)
        }
    }
}

/// A body of these pieces; one that promised more waits after them, or fails.
private final class Pieces: TransportUpload {
    let length: Int
    private let pieces: [[UInt8]]
    private let failsAtEnd: Bool
    private let next = Atomic(0)
    private let cancelled = Promise<Bool>()
    private let hasCancelled = Atomic(false)

    init(_ pieces: [[UInt8]], length: Int? = nil, failsAtEnd: Bool = false) {
        self.pieces = pieces
        self.length = length ?? pieces.map(\.count).reduce(0, +)
        self.failsAtEnd = failsAtEnd
    }

    var given: Int { next.load(ordering: .relaxed) }
    var isCancelled: Bool { hasCancelled.load(ordering: .acquiring) }

    func next() async throws(TransportError) -> [UInt8]? {
        let place = next.add(1, ordering: .relaxed).oldValue
        if place < pieces.count { return pieces[place] }
        if failsAtEnd { throw .cancelled }
        if length > pieces.map(\.count).reduce(0, +) { _ = await cancelled.value }
        return nil
    }

    func cancel() {
        hasCancelled.store(true, ordering: .releasing)
        cancelled.fulfil(true)
    }
}
