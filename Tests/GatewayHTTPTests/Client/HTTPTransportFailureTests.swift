import GatewayCore
import Glibc
import Testing

@testable import GatewayHTTP

/// What each way to fail is called, and that none of them takes longer than its limit.
@Suite(.timeLimit(.minutes(1))) struct HTTPTransportFailureTests {
    @Test(
        arguments: ["Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n8\r\nhalf"],
        TransportPath.allCases)
    func tellsATruncatedBodyAfterItsBytes(_ rest: String, _ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n" + rest)
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let response = try await transport.send(.get(server.url()))
            var bytes: [UInt8] = []
            let error = await transportError {
                while let more = try await response.body.next() { bytes += more }
            }
            #expect(bytes == Array("half".utf8))
            guard case .truncated = error else { return #expect(Bool(false), "\(String(describing: error))") }
            // The failure stays.
            #expect(await transportError { _ = try await response.body.next() } == error)
        }
    }

    @Test(arguments: TransportPath.allCases) func tellsAResetInsideTheBody(_ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            usleep(50_000)
            connection.reset()
        }
        defer { server.stop() }
        try await expectFailure(path, of: server.url()) { if case .truncated = $0 { true } else { false } }
    }

    @Test(arguments: TransportPath.allCases) func tellsAConnectionThatEndsWithoutAResponse(_ path: TransportPath)
        async throws
    {
        let server = try ScriptedServer { connection in _ = connection.readRequest() }
        defer { server.stop() }
        try await expectFailure(path, of: server.url()) { if case .truncated = $0 { true } else { false } }
    }

    @Test(arguments: TransportPath.allCases) func tellsARefusedConnection(_ path: TransportPath) async throws {
        let (listener, port) = try ScriptedServer.listen()
        close(listener)
        try await expectFailure(path, of: "http://127.0.0.1:\(port)/?key=secret") { error in
            guard case .unreachable(let detail) = error else { return false }
            return !detail.contains("secret") && detail.contains("refused")
        }
    }

    @Test(arguments: TransportPath.allCases) func tellsANameThatDoesNotResolve(_ path: TransportPath) async throws {
        try await expectFailure(path, of: "http://user:pass@no-such-host.invalid:8080/?key=secret") {
            $0 == .unresolved(host: "no-such-host.invalid")
        }
    }

    @Test(
        arguments: ["ftp://example.com/?key=s", "example.com", "http://", "http://a b/", "https://[::1/"],
        TransportPath.allCases)
    func refusesWhatIsNoURL(_ url: String, _ path: TransportPath) async throws {
        try await expectFailure(path, of: url) { error in
            guard case .invalidURL(let text) = error else { return false }
            return !text.contains("key")
        }
    }

    @Test(arguments: TransportPath.allCases) func aRefusedURLIsRefusedAgainAndSendsNothingElsewhere(
        _ path: TransportPath
    ) async throws {
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil { connection.send(response("ok")) }
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            try await expectText("ok", from: transport, .get(server.url("/a/../b")))
            for _ in 0..<3 {
                let error = await transportError { _ = try await transport.send(.get("http://[broken/")) }
                #expect(error == .invalidURL("http://[broken/"))
            }
        }
    }

    @Test(arguments: TransportPath.allCases) func refusesFieldsThatWouldBreakTheHead(_ path: TransportPath) async throws
    {
        try await withTransport(path) { transport in
            var request = TransportRequest.get("http://127.0.0.1:1/")
            request.headers = ["X-Key": "a\r\nX-Evil: b"]
            let error = await transportError { [request] in _ = try await transport.send(request) }
            guard case .malformed(let detail) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(detail.contains("X-Key") && !detail.contains("Evil"))
        }
    }

    @Test(arguments: TransportPath.allCases) func limitsTheTimeToConnect(_ path: TransportPath) async throws {
        // A listener whose queue is full leaves further connections unanswered.
        let (listener, port) = try ScriptedServer.listen(backlog: 0)
        defer { close(listener) }
        try await withTransport(path) { transport in
            var request = TransportRequest.get("http://127.0.0.1:\(port)/")
            request.timeouts.connect = .milliseconds(150)
            request.timeouts.firstByte = .seconds(4)
            let errors = await withTaskGroup(of: TransportError?.self) { group in
                for _ in 0..<4 {
                    group.addTask { [request] in
                        await transportError { _ = try await transport.send(request) }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(errors.contains(.timedOut(.connect)))
        }
    }

    @Test(arguments: TransportPath.allCases) func limitsTheTimeToTheFirstByte(_ path: TransportPath) async throws {
        let closed = Promise<Bool>()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            closed.fulfil(connection.waitForClose() != nil)
        }
        defer { server.stop() }
        var timeouts = TransportTimeouts()
        timeouts.firstByte = .milliseconds(100)
        try await expectFailure(path, of: server.url(), within: timeouts) { $0 == .timedOut(.firstByte) }
        #expect(await closed.value)
    }

    @Test(
        "PITFALLS 22: a stream that keeps sending outlives every limit but the total", arguments: TransportPath.allCases
    )
    func limitsSilenceButNotLength(_ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            // Longer than the limit on the whole, never silent for as long.
            for _ in 0..<10 {
                usleep(60_000)
                connection.send("1\r\nx\r\n")
            }
            _ = connection.waitForClose()
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            var request = TransportRequest.get(server.url())
            request.timeouts.idle = .milliseconds(250)
            let response = try await transport.send(request)
            var count = 0
            let error = await transportError {
                while let more = try await response.body.next() { count += more.count }
            }
            #expect(error == .timedOut(.idle))
            #expect(count == 10)
        }
    }

    @Test(arguments: TransportPath.allCases) func limitsTheWhole(_ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while connection.sendCounting(Array("1\r\nx\r\n".utf8)) > 0 { usleep(20_000) }
        }
        defer { server.stop() }
        var timeouts = TransportTimeouts()
        timeouts.total = .milliseconds(300)
        try await expectFailure(path, of: server.url(), within: timeouts) { $0 == .timedOut(.total) }
    }

    @Test(
        arguments: [
            "not http\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\nBad Name: b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "HTTP/1.1 200 OK\r\nX: " + String(repeating: "y", count: 70_000) + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 300) + "\r\n",
        ], TransportPath.allCases)
    func refusesMalformedHeads(_ head: String, _ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(head)
        }
        defer { server.stop() }
        try await expectFailure(path, of: server.url()) { if case .malformed = $0 { true } else { false } }
    }

    private func expectFailure(
        _ path: TransportPath, of url: String, within timeouts: TransportTimeouts = TransportTimeouts(),
        sourceLocation: SourceLocation = #_sourceLocation, _ isExpected: @Sendable (TransportError?) -> Bool
    ) async throws {
        var request = TransportRequest.get(url)
        request.timeouts = timeouts
        try await withTransport(path) { [request] transport in
            let error = await transportError { _ = try await transport.text(request) }
            #expect(isExpected(error), "\(String(describing: error))", sourceLocation: sourceLocation)
        }
    }
}
