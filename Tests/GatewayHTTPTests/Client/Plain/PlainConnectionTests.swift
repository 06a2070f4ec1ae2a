import GatewayCore
import Glibc
import Testing

@testable import GatewayHTTP

/// When a connection is used again, and when a request is sent again.
@Suite(.timeLimit(.minutes(1))) struct PlainConnectionTests {
    @Test(
        "a response after which nothing more may be asked",
        arguments: [
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        ])
    func closes(_ answer: String) async throws {
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil { connection.send(answer) }
        }
        defer { server.stop() }
        try await withTransport { transport in
            for _ in 0..<3 { try await expectText("ok", from: transport, .get(server.url())) }
        }
        #expect(server.connectionCount == 3)
    }

    @Test func whatComesUnaskedEndsTheConnection() async throws {
        let server = try ScriptedServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(response("\(connection.number)"))
            usleep(20_000)
            connection.send(response("nobody asked"))
            _ = connection.waitForClose()
        }
        defer { server.stop() }
        try await withTransport { transport in
            try await expectText("1", from: transport, .get(server.url()))
            try? await Task.sleep(for: .milliseconds(100))
            try await expectText("2", from: transport, .get(server.url()))
        }
    }

    @Test func aRequestOnAConnectionThatClosesIsSentAgainOnceAndWhole() async throws {
        let requests = Promise<String>()
        let server = try ScriptedServer { connection in
            if connection.number == 1 {
                _ = connection.readRequest()
                connection.send(response("first"))
                // Read, and closed without an answer: the request was on its way when the server gave up.
                _ = connection.readRequest()
            } else {
                requests.fulfil(connection.readRequest() ?? "")
                connection.send(response("again"))
            }
        }
        defer { server.stop() }
        try await withTransport { transport in
            try await expectText("first", from: transport, .get(server.url()))
            let request = TransportRequest(url: server.url("/x"), headers: ["A": "1"], body: Array("body".utf8))
            try await expectText("again", from: transport, request)
        }
        #expect(server.connectionCount == 2)
        let again = await requests.value
        #expect(
            again.hasPrefix("POST /x HTTP/1.1\r\n") && again.contains("A: 1\r\n") && again.hasSuffix("\r\n\r\nbody"))
    }

    @Test func aRequestIsNotSentAgainAfterAByteOfTheResponseNorOnANewConnection() async throws {
        let server = try ScriptedServer { connection in
            guard connection.number == 1 else { return }
            _ = connection.readRequest()
            connection.send(response("first"))
            _ = connection.readRequest()
            connection.send("H")
        }
        defer { server.stop() }
        try await withTransport { transport in
            try await expectText("first", from: transport, .get(server.url()))
            for connections in 1...2 {
                let error = await transportError { _ = try await transport.send(.get(server.url())) }
                guard case .truncated = error else { return #expect(Bool(false), "\(String(describing: error))") }
                #expect(server.connectionCount == connections)
            }
        }
    }

    @Test func anAnswerThatComesBeforeTheBodyIsSentIsHeardAndEndsTheConnection() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readSome()
            connection.send(response("too large \(connection.number)", status: "413 Content Too Large"))
            _ = connection.waitForClose()
        }
        defer { server.stop() }
        try await withTransport { transport in
            for number in 1...2 {
                let request = TransportRequest(url: server.url(), body: [UInt8](repeating: 0, count: 32 << 20))
                let answer = try await transport.send(request)
                #expect(answer.status == 413)
                #expect(try await answer.text() == "too large \(number)")
            }
        }
    }

    @Test func anAnswerIsHeardAlthoughTheServerTakesNoMoreOfTheBody() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readSome()
            connection.send(response("no", status: "401 Unauthorized", fields: "Connection: close\r\n"))
            connection.endSending()
            _ = connection.waitForClose()
        }
        defer { server.stop() }
        try await withTransport { transport in
            let request = TransportRequest(url: server.url(), body: [UInt8](repeating: 0, count: 32 << 20))
            let answer = try await transport.send(request)
            #expect(answer.status == 401)
            #expect(try await answer.text() == "no")
        }
    }

    @Test func aRequestThatIsGivenUpInTheTurnItBeganInIsNotSent() async throws {
        let second = Promise<String?>()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(response("first"))
            second.fulfil(connection.readRequest())
        }
        defer { server.stop() }
        try await withTransport { transport in
            try await expectText("first", from: transport, .get(server.url()))
            let request = TransportRequest.get(server.url())
            let sending = Task(executorPreference: EventLoop.current) {
                await transportError { _ = try await transport.send(request) }
            }
            await Task.yield()
            sending.cancel()
            #expect(await sending.value == .cancelled)
            #expect(await second.value == nil)
        }
    }

    @Test func aHostOfTheRequestsOwnIsSent() async throws {
        let seen = Promise<String>()
        let server = try ScriptedServer { connection in
            seen.fulfil(connection.readRequest() ?? "")
            connection.send(response("ok"))
        }
        defer { server.stop() }
        try await withTransport { transport in
            var request = TransportRequest.get(server.url("?q"))
            request.headers = ["host": "signed.example", "Connection": "close", "Content-Length": "9"]
            try await expectText("ok", from: transport, request)
        }
        #expect(await seen.value == "GET /?q HTTP/1.1\r\nhost: signed.example\r\n\r\n")
    }
}
