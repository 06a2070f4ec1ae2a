import GatewayCore
import Glibc
import Testing

@testable import GatewayHTTP

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

/// Servers that stop. Where `never` ends a wait for clients, the suite's own limit would fail the test.
@Suite(.timeLimit(.minutes(1))) struct HTTPServerDrainingTests {
    private static let never = Duration.seconds(3600)

    @Test func stopsInOrder() async throws {
        let started = Event()
        let release = Event()
        try await TestServer(
            configure: { $0.drainTime = .milliseconds(50) },
            responder: { _ in
                started.set()
                await release.wait()
                return .text("done")
            }
        ).run { address, server in
            let idle = try RawClient(address)
            let busy = try RawClient(address)
            busy.send(get)
            await started.wait()
            async let stopped: Void = server.shutdown(deadline: .seconds(30))
            #expect(try idle.receiveToEnd() == "")
            #expect(throws: SystemError(call: "connect", code: ECONNREFUSED)) { try RawClient(address) }
            release.set()
            let response = try busy.receiveResponse()
            #expect(response.body == "done")
            #expect(response.head.contains("Connection: close"))
            await stopped
            #expect(server.connectionCount == 0)
        }
    }

    @Test func endsStreamsInBandAtTheDeadlineAndCutsOffTheRest() async throws {
        let ending = Event()
        try await TestServer(responder: { request in
            .stream { writer throws(ResponseWriteError) in
                try await writer.write([UInt8]("on".utf8))
                if request.target.path == "/deaf" { return await untilCancelled() }
                await ending.wait()
                try await writer.write([UInt8]("off".utf8))
            }
        }).run { address, server in
            let client = try RawClient(address)
            let deaf = try RawClient(address)
            client.send(get)
            deaf.send("GET /deaf HTTP/1.1\r\nHost: a\r\n\r\n")
            for reader in [client, deaf] { while try reader.receiveLine() != "on" {} }
            await server.shutdown(deadline: .milliseconds(20), grace: .milliseconds(200)) { ending.set() }
            #expect(try client.receiveToEnd() == "3\r\noff\r\n0\r\n\r\n")
            #expect(try deaf.receiveToEnd() == "")
            #expect(server.connectionCount == 0)
        }
    }

    @Test func answersWhatStillComesOnIdleConnections() async throws {
        try await TestServer(configure: { $0.drainTime = Self.never }).run { address, server in
            let used = try RawClient(address)
            used.send(get)
            #expect(try used.receiveResponse().head.contains("Connection: close") == false)
            let fresh = try RawClient(address)
            async let stopped: Void = server.shutdown(deadline: Self.never)
            untilRefused(by: address)
            for client in [used, fresh] {
                client.send(get)
                let response = try client.receiveResponse()
                #expect(response.status == 200)
                #expect(response.head.contains("Connection: close"))
                #expect(try client.receiveToEnd() == "")
            }
            // Nobody is left to wait for.
            await stopped
            #expect(server.connectionCount == 0)
        }
    }

    @Test func answersWhatComesAfterAResponseThatDidNotSayItWouldClose() async throws {
        let goOn = Event()
        try await TestServer(
            configure: { $0.drainTime = Self.never },
            responder: { request in
                guard request.target.path == "/long" else { return .text("short") }
                return .stream { writer throws(ResponseWriteError) in
                    try await writer.write([UInt8]("on".utf8))
                    await goOn.wait()
                }
            }
        ).run { address, server in
            let client = try RawClient(address)
            client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
            while try client.receiveLine() != "on" {}
            async let stopped: Void = server.shutdown(deadline: Self.never)
            untilRefused(by: address)
            goOn.set()
            #expect(try client.receiveExactly(5) == "0\r\n\r\n")
            client.send(get)
            #expect(try client.receiveResponse().body == "short")
            #expect(try client.receiveToEnd() == "")
            await stopped
        }
    }

    @Test func tellsWhyItRefusedWhatWasStillBeingSent() async throws {
        try await TestServer(configure: { $0.drainTime = Self.never }).run { address, server in
            let client = try RawClient(address)
            async let stopped: Void = server.shutdown(deadline: Self.never)
            untilRefused(by: address)
            client.send("GET / HTTP/1.1\r\nHost a\r\n\r\n")
            #expect(try client.receiveResponse().status == 400)
            // A connection closed at once would have been reset by this, and the answer with it.
            client.send([UInt8](repeating: 0x61, count: 100_000))
            client.endSending()
            #expect(try client.receiveToEnd() == "")
            await stopped
        }
    }

    @Test func waitsForIdleConnectionsNoLongerThanForRequests() async throws {
        try await TestServer(configure: { $0.drainTime = Self.never }).run { address, server in
            let idle = try RawClient(address)
            idle.send(get)
            #expect(try idle.receiveResponse().status == 200)
            await server.shutdown(deadline: .milliseconds(50))
            #expect(try idle.receiveToEnd() == "")
            #expect(server.connectionCount == 0)
        }
    }

    @Test func isOverAtOnceWithoutConnections() async throws {
        try await TestServer(configure: { $0.drainTime = Self.never }).run { address, server in
            let gone = try RawClient(address)
            gone.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try gone.receiveToEnd().hasSuffix("hello"))
            await server.shutdown(deadline: Self.never)
            #expect(server.connectionCount == 0)
        }
    }
}

/// Returns when the server has stopped accepting.
private func untilRefused(by address: SocketAddress) {
    while (try? RawClient(address)) != nil {}  // refusal is what is waited for
}
