import GatewayCore
import Synchronization
import Testing

@testable import GatewayHTTP

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
    @Test func answersOnAKeptConnection() async throws {
        try await TestServer().run { address, server in
            let client = try RawClient(address)
            for _ in 0..<3 {
                client.send(get)
                let response = try client.receiveResponse()
                #expect(response.status == 200)
                #expect(response.body == "hello")
                #expect(!response.head.contains("Connection:"))
                #expect(response.head.contains("Date: "))
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test func answersOverThePollPoller() async throws {
        try await TestServer(poller: { PollPoller() }).run { address, _ in
            let client = try RawClient(address)
            for _ in 0..<3 {
                client.send("POST / HTTP/1.1\r\nHost: a\r\n")
                client.send("Content-Length: 2\r\n\r\n")
                client.send("ab")
                #expect(try client.receiveResponse().body == "hello")
            }
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await TestServer(responder: { .text($0.target.path) }).run { address, _ in
            let client = try RawClient(address)
            let requests = (0..<200).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
            client.send(requests.joined())
            for index in 0..<200 { #expect(try client.receiveResponse().body == "/\(index)") }
        }
    }

    @Test func everyByteMayArriveAlone() async throws {
        try await TestServer(responder: { request in
            .text(request.method + " " + (await text(request)))
        }).run { address, _ in
            let client = try RawClient(address)
            let request =
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
            for byte in (request + request).utf8 { client.send([byte]) }
            #expect(try client.receiveResponse().body == "POST abc")
            #expect(try client.receiveResponse().body == "POST abc")
        }
    }

    @Test func collectsLargeBodies() async throws {
        try await TestServer(responder: { request in
            let body = (try? await request.body.collect()) ?? []
            return .text("\(body.count) \(body.reduce(0) { $0 &* 31 &+ Int($1) })")
        }).run { address, _ in
            let client = try RawClient(address)
            let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let expected = "3000000 \(body.reduce(0) { $0 &* 31 &+ Int($1) })"
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n")
            client.send(body)
            #expect(try client.receiveResponse().body == expected)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2DC6C0\r\n")
            client.send(body)
            client.send("\r\n0\r\n\r\n")
            #expect(try client.receiveResponse().body == expected)
        }
    }

    /// Bodies are read in part with their heads, where there are 16 KiB at a time, and the next request may follow at once.
    @Test(arguments: [0, 1, 16 << 10, (16 << 10) + 1, 70_000, 100_000]) func takesABodyWhereverItIsCut(
        length: Int
    ) async throws {
        try await TestServer(responder: { request in
            var body: [UInt8] = []
            switch request.target.path {
            case "/ready":
                if let ready = request.body.takeReady() { body = ready } else { fallthrough }
            case "/whole": body = (try? await request.body.collect()) ?? []
            default:
                let pieces = request.body.pieces()
                while let piece = try? await pieces.next() { body += piece }
            }
            return .text("\(request.target.path) \(body.count) \(body.reduce(0) { $0 &* 31 &+ Int($1) })")
        }).run { address, _ in
            let client = try RawClient(address)
            let body = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let expected = "\(length) \(body.reduce(0) { $0 &* 31 &+ Int($1) })"
            for path in ["/ready", "/whole", "/pieces"] {
                let request = Array("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n".utf8) + body
                for cut in [0, 10, request.count - length, request.count - length / 2, request.count] {
                    client.send(Array(request[..<cut]))
                    client.send(Array(request[cut...] + request))
                    #expect(try client.receiveResponse().body == "\(path) \(expected)")
                    #expect(try client.receiveResponse().body == "\(path) \(expected)")
                }
            }
        }
    }

    @Test func streamsBodiesPieceByPiece() async throws {
        try await TestServer(responder: { request in
            .stream { writer throws(ResponseWriteError) in
                let body = request.body.pieces()
                while let piece = try? await body.next() { try await writer.write(piece) }
            }
        }).run { address, _ in
            let client = try RawClient(address)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc")
            #expect(try client.receiveLine() == "HTTP/1.1 200 OK")
            while try !client.receiveLine().isEmpty {}
            #expect(try client.receiveExactly(8) == "3\r\nabc\r\n")
            client.send("def")
            #expect(try client.receiveExactly(13) == "3\r\ndef\r\n0\r\n\r\n")
            client.send(get)
            #expect(try client.receiveResponse().status == 200)
        }
    }

    @Test func letsClientsContinueOnlyWhenTheBodyIsWanted() async throws {
        try await TestServer(responder: { request in
            request.target.path == "/no" ? .text("no", status: 401) : .text(await text(request))
        }).run { address, _ in
            let head = "HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            let willing = try RawClient(address)
            willing.send("POST / " + head)
            #expect(try willing.receiveExactly(25) == "HTTP/1.1 100 Continue\r\n\r\n")
            willing.send("ab")
            #expect(try willing.receiveResponse().body == "ab")
            let refused = try RawClient(address)
            refused.send("POST /no " + head)
            let response = try refused.receiveResponse()
            #expect(response.status == 401)
            #expect(response.head.contains("Connection: close"))
            #expect(try refused.receiveToEnd() == "")
            // Bytes that are here already need no permission.
            let eager = try RawClient(address)
            eager.send("POST / " + head + "ab")
            #expect(try eager.receiveResponse().body == "ab")
        }
    }

    @Test func skipsAnUnwantedBodyToTheNextRequest() async throws {
        try await TestServer().run { address, _ in
            let client = try RawClient(address)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345" + get)
            #expect(try client.receiveResponse().status == 200)
            #expect(try client.receiveResponse().status == 200)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            #expect(try client.receiveResponse().status == 200)
            client.send("0\r\n\r\n" + get)
            #expect(try client.receiveResponse().status == 200)
        }
    }

    @Test func closesRatherThanReadingALargeUnwantedBody() async throws {
        try await TestServer().run { address, server in
            let client = try RawClient(address)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n")
            client.send([UInt8](repeating: 0, count: 100_000))
            let response = try client.receiveResponse()
            #expect(response.head.contains("Connection: close"))
            #expect(try client.receiveToEnd() == "")
        }
    }

    @Test func neverSendsABodyToHead() async throws {
        try await TestServer(responder: { request in
            request.target.path == "/s"
                ? .stream { writer throws(ResponseWriteError) in try await writer.write([1]) } : .text("hello")
        }).run { address, _ in
            let client = try RawClient(address)
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /s HTTP/1.1\r\nHost: a\r\n\r\n" + get)
            #expect(try client.receiveResponse(hasBody: false).head.contains("Content-Length: 5"))
            #expect(try client.receiveResponse(hasBody: false).status == 200)
            #expect(try client.receiveResponse().body == "hello")
        }
    }

    @Test func speaksHTTP10() async throws {
        try await TestServer(responder: { request in
            request.target.path == "/s"
                ? .stream { writer throws(ResponseWriteError) in try await writer.write([UInt8]("raw".utf8)) }
                : .text("hello")
        }).run { address, _ in
            let closing = try RawClient(address)
            closing.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try closing.receiveToEnd().hasSuffix("Connection: close\r\n\r\nhello"))
            let kept = try RawClient(address)
            kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try kept.receiveResponse().head.contains("Connection: keep-alive"))
            kept.send("GET /s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try kept.receiveToEnd().hasSuffix("Connection: close\r\n\r\nraw"))
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\nHost: a\n\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 417),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 70_000))", 431),
        ("GET / HTTP/1.1\r\n\(String(repeating: "X: a\r\n", count: 129))", 431),
        ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501), ("GET / HTTP/3.0\r\n\r\n", 505),
    ])
    func refusesAndCloses(request: String, status: Int) async throws {
        try await TestServer(responder: { _ in .text("reached") }).run { address, _ in
            let client = try RawClient(address)
            // What follows must never be taken for a request.
            client.send(request + get + get)
            let response = try client.receiveResponse()
            #expect(response.status == status)
            #expect(response.head.contains("Connection: close"))
            #expect(response.body != "reached")
            #expect(try client.receiveToEnd() == "")
        }
    }

    @Test func bodyErrorsReachTheResponderAndCloseTheConnection() async throws {
        try await TestServer(configure: { $0.maxBodyBytes = 10 }, responder: { .text(await text($0)) }).run {
            address, _ in
            for (request, outcome) in [
                ("Content-Length: 11\r\n\r\n", "tooLarge(limit: 10)"),
                ("Transfer-Encoding: chunked\r\n\r\nB\r\n", "tooLarge(limit: 10)"),
                ("Transfer-Encoding: chunked\r\n\r\nx\r\n", "malformed(GatewayHTTP.ChunkFault.size)"),
            ] {
                let client = try RawClient(address)
                client.send("POST / HTTP/1.1\r\nHost: a\r\n" + request + get)
                let response = try client.receiveResponse()
                #expect(response.body.hasSuffix(outcome))
                #expect(response.head.contains("Connection: close"))
                #expect(try client.receiveToEnd() == "")
            }
        }
    }

    @Test func responsesWithoutBodyHaveNone() async throws {
        try await TestServer(responder: { _ in ServerResponse(status: 204) }).run { address, _ in
            let client = try RawClient(address)
            client.send(get + get)
            #expect(try !client.receiveResponse().head.contains("Content-Length"))
            #expect(try client.receiveResponse().status == 204)
        }
    }

    @Test func listensOnEveryLoopAndOnIPv6() async throws {
        try await TestServer(loops: 2, configure: { $0.host = "::1" }, responder: { .text($0.peerAddress.hostText) })
            .run {
                address, _ in
                for _ in 0..<8 {
                    let client = try RawClient(address)
                    client.send(get)
                    #expect(try client.receiveResponse().body == "::1")
                }
            }
    }

    @Test func refusesAnAddressThatIsTaken() async throws {
        try await TestServer(loops: 2).run { address, _ in
            let group = try EventLoopGroup(count: 2)
            try group.start()
            defer { group.stop() }
            var configuration = HTTPServerConfiguration()
            configuration.port = address.port
            let second = HTTPServer(
                configuration: configuration, group: group, responder: ClosureResponder { _ in .text("") })
            await #expect(throws: ListenError.refused(address, SystemError(call: "bind", code: 98))) {
                try await second.start()
            }
        }
    }

    @Test func restsWhileAllConnectionsAreTaken() async throws {
        try await TestServer(configure: { $0.maxConnections = 2 }).run { address, _ in
            let first = try RawClient(address)
            var second: RawClient? = try RawClient(address)
            first.send(get)
            second?.send(get)
            #expect(try first.receiveResponse().status == 200)
            #expect(try second?.receiveResponse().status == 200)
            let third = try RawClient(address)
            third.send(get)
            second = nil
            #expect(try third.receiveResponse().status == 200)
        }
    }
}

private func text(_ request: ServerRequest) async -> String {
    do throws(RequestBodyError) {
        return String(decoding: try await request.body.collect(), as: UTF8.self)
    } catch {
        return "\(error)"
    }
}
