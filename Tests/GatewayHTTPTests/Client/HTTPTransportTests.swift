import GatewayCore
import Glibc
import Testing

@testable import GatewayHTTP

@Suite(.timeLimit(.minutes(1))) struct HTTPTransportTests {
    @Test(arguments: TransportPath.allCases) func sendsTheRequestsOwnFieldsAndBodyOnly(_ path: TransportPath)
        async throws
    {
        let seen = Promise<String>()
        let server = try ScriptedServer { connection in
            seen.fulfil(connection.readRequest() ?? "")
            connection.send(response("ok"))
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let request = TransportRequest(
                url: server.url("/v1/chat?x=1"), headers: ["Authorization": "Bearer k", "X-Empty": ""],
                body: Array(#"{"a":1}"#.utf8))
            let response = try await transport.send(request)
            #expect(response.status == 200)
            #expect(try await response.text() == "ok")
        }
        #expect(
            await seen.value == """
                POST /v1/chat?x=1 HTTP/1.1\r
                Host: 127.0.0.1:\(server.port)\r
                Authorization: Bearer k\r
                X-Empty:\r
                Content-Length: 7\r
                \r
                {"a":1}
                """)
    }

    @Test(arguments: TransportPath.allCases) func keepsConnectionsAndTheirOrder(_ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            var count = 0
            while let request = connection.readRequest() {
                count += 1
                connection.send(response("\(connection.number).\(count) \(request.prefix { $0 != " " })"))
            }
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            var request = TransportRequest.get(server.url())
            try await expectText("1.1 GET", from: transport, request)
            request.method = "DELETE"
            try await expectText("1.2 DELETE", from: transport, request)
            request.method = "POST"
            request.body = [1, 2, 3]
            try await expectText("1.3 POST", from: transport, request)
            request.body = []
            try await expectText("1.4 POST", from: transport, request)
            request.method = "PUT"
            try await expectText("1.5 PUT", from: transport, request)
            request.method = "GET"
            try await expectText("1.6 GET", from: transport, request)
        }
        #expect(server.connectionCount == 1)
    }

    /// The head of such requests is written once; only the length is not.
    @Test(arguments: TransportPath.allCases) func sendsTheSameHeadAgain(_ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            while let request = connection.readRequest() {
                let fields = request.split(separator: "\r\n\r\n")[0].split(separator: "\r\n").dropFirst()
                connection.send(response(fields.filter { !$0.hasPrefix("Host") }.sorted().joined(separator: ", ")))
            }
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            var request = TransportRequest(url: server.url(), headers: ["x-a": "1", "Accept": "x/y"])
            for length in [5, 1, 30, 0, 5] {
                request.body = [UInt8](repeating: 1, count: length)
                try await expectText("Accept: x/y, Content-Length: \(length), x-a: 1", from: transport, request)
            }
            request.headers["x-a"] = "2"
            try await expectText("Accept: x/y, Content-Length: 5, x-a: 2", from: transport, request)
        }
    }

    @Test(arguments: TransportPath.allCases) func sendsLargeBodiesWhole(_ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            while let request = connection.readRequest() {
                let isExact = request.utf8.suffix(3_000_000).allSatisfy { $0 == UInt8(ascii: "z") }
                connection.send(response("\(isExact) \(request.contains("Expect"))"))
            }
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let request = TransportRequest(
                url: server.url(), body: [UInt8](repeating: UInt8(ascii: "z"), count: 3_000_000))
            try await expectText("true false", from: transport, request)
        }
    }

    @Test(arguments: TransportPath.allCases) func handsOverHeadBeforeTheBody(_ path: TransportPath) async throws {
        let go = Gate()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 202 Accepted\r\nX-A: 1\r\nx-a:  2 \r\nTransfer-Encoding: chunked\r\n\r\n")
            go.wait()
            connection.send("3\r\nabc\r\n")
            connection.send("4\r\ndefg\r\n0\r\nX-Trailer: t\r\n\r\n")
            _ = connection.waitForClose()
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let response = try await transport.send(.get(server.url()))
            #expect(response.status == 202)
            #expect(response.headers.values(of: "X-A") == ["1", "2"])
            go.open()
            #expect(try await response.text() == "abcdefg")
            #expect(try await response.body.next() == nil)
        }
    }

    @Test(arguments: TransportPath.allCases) func readsOverInformationalResponses(_ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
            connection.send(response("done", fields: "X-B: b\r\n"))
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let response = try await transport.send(.get(server.url()))
            #expect(response.status == 200)
            #expect(response.headers["Link"] == nil)
            #expect(response.headers["X-B"] == "b")
            #expect(try await response.text() == "done")
        }
    }

    @Test(arguments: TransportPath.allCases) func leavesContentEncodingToTheCaller(_ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            let request = connection.readRequest() ?? ""
            let asked = request.lowercased().contains("accept-encoding")
            connection.send(response("not gzip \(asked)", fields: "Content-Encoding: gzip\r\n"))
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let response = try await transport.send(.get(server.url()))
            #expect(response.headers["content-encoding"] == "gzip")
            #expect(try await response.text() == "not gzip false")
        }
    }

    @Test(arguments: TransportPath.allCases) func followsNoRedirect(_ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(response("", status: "302 Found", fields: "Location: http://127.0.0.1:1/\r\n"))
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let response = try await transport.send(.get(server.url()))
            #expect(response.status == 302)
            #expect(try await response.text() == "")
        }
    }

    @Test(arguments: TransportPath.allCases) func readsBodiesThatEndWithTheConnection(_ path: TransportPath)
        async throws
    {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.0 200 OK\r\n\r\nuntil the end")
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            try await expectText("until the end", from: transport, .get(server.url()))
        }
    }

    @Test(arguments: TransportPath.allCases) func servesCallersOutsideItsLoops(_ path: TransportPath) async throws {
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil { connection.send(response("hello")) }
        }
        defer { server.stop() }
        let transport = try path.transport(loops: 2)
        for _ in 0..<10 {
            try await expectText("hello", from: transport, .get(server.url()))
        }
        await transport.shutdown()
        #expect(
            await transportError {
                _ = try await transport.send(.get(server.url()))
            } != nil)
    }

    @Test(arguments: TransportPath.allCases) func carriesAThousandRequestsAtOnce(_ path: TransportPath) async throws {
        let (listener, port) = try ScriptedServer.listen()
        runThread {
            // Answers only once all requests are there, so that they must be under way together.
            var connections: [ScriptedConnection] = []
            while connections.count < 1000 {
                let fd = accept(listener, nil, nil)
                guard fd >= 0 else { break }
                connections.append(ScriptedConnection(fd, number: connections.count))
            }
            for connection in connections { _ = connection.readRequest() }
            for connection in connections { connection.send(response("\(connection.number)")) }
            for connection in connections { connection.end() }
            close(listener)
        }
        try await withTransport(path) { transport in
            let total = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<1000 {
                    group.addTask { try await Int(transport.text(.get("http://127.0.0.1:\(port)/"))) ?? -1 }
                }
                return try await group.reduce(0, +)
            }
            #expect(total == 999 * 1000 / 2)
        }
    }
}
