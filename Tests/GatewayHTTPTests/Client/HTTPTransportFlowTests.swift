import GatewayCore
import Glibc
import Testing

@testable import GatewayHTTP

/// Cancellation and back-pressure: what the reader does reaches the network.
@Suite(.timeLimit(.minutes(1))) struct HTTPTransportFlowTests {
    @Test(arguments: TransportPath.allCases) func cancellingTheTaskBeforeTheHeadClosesTheConnection(
        _ path: TransportPath
    ) async throws {
        let asked = Promise<Void>()
        let closed = Promise<Duration?>()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            asked.fulfil(())
            closed.fulfil(connection.waitForClose())
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let task = Task { await transportError { _ = try await transport.send(.get(server.url())) } }
            await asked.value
            task.cancel()
            #expect(await task.value == .cancelled)
            // Within a second on an idle machine; far below every timeout on a busy one.
            #expect(await closed.value ?? .seconds(99) < .seconds(20))
        }
    }

    @Test(arguments: TransportPath.allCases) func cancellingTheTaskInsideTheBodyClosesTheConnection(
        _ path: TransportPath
    ) async throws {
        let closed = Promise<Duration?>()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
            closed.fulfil(connection.waitForClose())
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let started = Promise<Void>()
            let task = Task {
                await transportError {
                    let response = try await transport.send(.get(server.url()))
                    _ = try await response.body.next()
                    started.fulfil(())
                    _ = try await response.body.next()
                }
            }
            await started.value
            task.cancel()
            #expect(await task.value == .cancelled)
            // Within a second on an idle machine; far below every timeout on a busy one.
            #expect(await closed.value ?? .seconds(99) < .seconds(20))
        }
    }

    @Test(arguments: TransportPath.allCases) func cancellingTheBodyFromAnotherThreadWakesItsReader(
        _ path: TransportPath
    ) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            _ = connection.waitForClose()
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let response = try await transport.send(.get(server.url()))
            runThread {
                usleep(50_000)
                response.body.cancel()
            }
            #expect(await transportError { _ = try await response.body.next() } == .cancelled)
        }
    }

    @Test(arguments: TransportPath.allCases) func droppingAnUnfinishedBodyClosesTheConnection(_ path: TransportPath)
        async throws
    {
        let closed = Promise<Duration?>()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
            closed.fulfil(connection.waitForClose())
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let status = try await transport.send(.get(server.url())).status
            #expect(status == 200)
            // Within a second on an idle machine; far below every timeout on a busy one.
            #expect(await closed.value ?? .seconds(99) < .seconds(20))
        }
    }

    @Test(arguments: TransportPath.allCases) func aTaskCancelledBeforehandSendsNothing(_ path: TransportPath)
        async throws
    {
        let server = try ScriptedServer { _ in }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await transportError { _ = try await transport.send(.get(server.url())) }
            }
            #expect(await task.value == .cancelled)
        }
        #expect(server.connectionCount == 0)
    }

    @Test(arguments: TransportPath.allCases) func aSlowReaderStopsTheServerAndLosesNothing(_ path: TransportPath)
        async throws
    {
        let blocked = Promise<Int>()
        let total = 64 << 20
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let chunk = [UInt8](repeating: 7, count: 1 << 20)
            var sent = connection.sendUntilBlocked(chunk: chunk)
            blocked.fulfil(sent)
            while sent < total {
                let count = connection.sendCounting([UInt8](repeating: 7, count: min(1 << 20, total - sent)))
                guard count > 0 else { return }
                sent += count
            }
        }
        defer { server.stop() }
        var options = HTTPTransportOptions()
        options.watermark = 100_000
        try await withTransport(path, options: options) { transport in
            var request = TransportRequest.get(server.url())
            request.timeouts.idle = .seconds(20)
            let response = try await transport.send(request)
            // What the sockets' own buffers hold, far less than all.
            #expect(await blocked.value < 20 << 20)
            var received = 0
            var largest = 0
            while let bytes = try await response.body.next() {
                received += bytes.count
                largest = max(largest, bytes.count)
                if received % 13 == 0 { await Task.yield() }
            }
            #expect(received == total)
            #expect(largest <= 100_000 + 64 * 1024)
        }
    }

    @Test(arguments: TransportPath.allCases) func aResponseThatFitsUnderTheWatermarkFreesItsConnectionUnread(
        _ path: TransportPath
    ) async throws {
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil { connection.send(response("\(connection.number)")) }
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            let unread = try await transport.send(.get(server.url()))
            try await expectText("1", from: transport, .get(server.url()))
            let text = try await unread.text()
            #expect(text == "1")
        }
        #expect(server.connectionCount == 1)
    }

    @Test(arguments: TransportPath.allCases) func connectionsClosedWhileIdleAreReplaced(_ path: TransportPath)
        async throws
    {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(response("\(connection.number)"))
        }
        defer { server.stop() }
        try await withTransport(path) { transport in
            for number in 1...5 {
                try await expectText("\(number)", from: transport, .get(server.url()))
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test(arguments: TransportPath.allCases) func shuttingDownEndsWhatIsUnderWay(_ path: TransportPath) async throws {
        let asked = Promise<Void>()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            asked.fulfil(())
            _ = connection.waitForClose()
        }
        defer { server.stop() }
        let transport = try path.transport(loops: 1)
        let task = Task { await transportError { _ = try await transport.send(.get(server.url())) } }
        await asked.value
        await transport.shutdown()
        #expect(await task.value == .cancelled)
    }
}
