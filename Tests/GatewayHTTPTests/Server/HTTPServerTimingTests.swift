import GatewayCore
import Glibc
import Synchronization
import Testing

@testable import GatewayHTTP

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

/// Clients that are slow, or leave.
@Suite(.timeLimit(.minutes(1))) struct HTTPServerTimingTests {
    @Test func refusesAHeadThatDrips() async throws {
        try await TestServer(configure: { $0.headTimeout = .milliseconds(50) }).run { address, _ in
            let client = try RawClient(address)
            client.send("GET / HTTP/1.1\r\nHo")
            #expect(try client.receiveResponse().status == 408)
            #expect(try client.receiveToEnd() == "")
        }
    }

    @Test func closesIdleConnections() async throws {
        try await TestServer(configure: { $0.keepAliveTimeout = .milliseconds(50) }).run { address, server in
            let client = try RawClient(address)
            client.send(get)
            #expect(try client.receiveResponse().status == 200)
            #expect(try client.receiveToEnd() == "")
            #expect(try RawClient(address).receiveToEnd() == "")
        }
    }

    @Test func givesUpOnABodyThatDrips() async throws {
        try await TestServer(
            configure: { $0.bodyTimeout = .milliseconds(50) },
            responder: { request in
                do throws(RequestBodyError) {
                    _ = try await request.body.collect()
                    return .text("whole")
                } catch {
                    return .text("\(error)", status: 408)
                }
            }
        ).run { address, _ in
            let client = try RawClient(address)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
            let response = try client.receiveResponse()
            #expect(response.status == 408)
            #expect(response.body == "timedOut")
            #expect(try client.receiveToEnd() == "")
        }
    }

    @Test(arguments: [true, false]) func aClientThatLeavesCancelsTheResponder(resets: Bool) async throws {
        let started = Event()
        let cancelled = Event()
        try await TestServer(responder: { _ in
            started.set()
            await untilCancelled()
            cancelled.set()
            return .text("late")
        }).run { address, server in
            var client: RawClient? = try RawClient(address)
            client?.send(get)
            await started.wait()
            if resets, let client { resetOnClose(client.descriptor) }
            client = nil
            await cancelled.wait()
        }
    }

    @Test func aClientThatOnlyEndsItsSideStillGetsItsAnswer() async throws {
        try await TestServer().run { address, _ in
            let client = try RawClient(address)
            client.send(get + get)
            client.endSending()
            #expect(try client.receiveToEnd().split(separator: "hello", omittingEmptySubsequences: false).count >= 2)
        }
    }

    @Test func aClientThatLeavesMidStreamCancelsTheStream() async throws {
        let outcome = Outcome()
        try await TestServer(responder: { _ in
            .stream { writer throws(ResponseWriteError) in
                do throws(ResponseWriteError) {
                    try await writer.write([UInt8]("first".utf8))
                    await untilCancelled()
                    try await writer.write([UInt8]("second".utf8))
                    outcome.finish(nil)
                } catch {
                    outcome.finish(error)
                    throw error
                }
            }
        }).run { address, server in
            var client: RawClient? = try RawClient(address)
            client?.send(get)
            #expect(try client?.receiveLine() == "HTTP/1.1 200 OK")
            client = nil
            #expect(await outcome.wait() == .disconnected)
        }
    }

    @Test func aSlowReaderHoldsTheWriterBack() async throws {
        let written = Atomic(0)
        let outcome = Outcome()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 16 * 1024)
        try await TestServer(responder: { _ in
            .stream { writer throws(ResponseWriteError) in
                for _ in 0..<4096 {
                    try await writer.write(piece)
                    written.wrappingAdd(1, ordering: .relaxed)
                }
                outcome.finish(nil)
            }
        }).run { address, server in
            let client = try RawClient(address, receiveBuffer: 16 * 1024)
            client.send(get)
            _ = try client.receiveLine()
            // 64 MiB do not fit into the buffers of both systems: the writer must be waiting by now, not buffering.
            var before = -1
            while before != written.load(ordering: .relaxed) {
                before = written.load(ordering: .relaxed)
                usleep(50_000)
            }
            #expect(before < 2048)
            #expect(!outcome.isFinished)
            var received = 0
            while let bytes = try client.receive() {
                received += bytes.count
                if bytes.suffix(5) == [UInt8]("0\r\n\r\n".utf8)[...] { break }
            }
            #expect(received > 64 << 20)
            #expect(await outcome.wait() == nil)
        }
    }

    @Test func cutsOffAReaderThatStopsReading() async throws {
        let outcome = Outcome()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 64 * 1024)
        try await TestServer(
            configure: { $0.writeTimeout = .milliseconds(100) },
            responder: { _ in
                .stream { writer throws(ResponseWriteError) in
                    do throws(ResponseWriteError) {
                        while true { try await writer.write(piece) }
                    } catch {
                        outcome.finish(error)
                        throw error
                    }
                }
            }
        ).run { address, server in
            let client = try RawClient(address, receiveBuffer: 16 * 1024)
            client.send(get)
            #expect(await outcome.wait() == .timedOut)
        }
    }

    @Test func aStreamThatFailsNeverEndsCleanly() async throws {
        try await TestServer(responder: { _ in
            .stream { writer throws(ResponseWriteError) in
                try await writer.write([UInt8]("part".utf8))
                throw .aborted
            }
        }).run { address, _ in
            let client = try RawClient(address)
            client.send(get)
            let text = try? client.receiveToEnd()
            #expect(text?.hasSuffix("0\r\n\r\n") != true)
            let old = try RawClient(address)
            old.send("GET / HTTP/1.0\r\n\r\n")
            #expect(throws: SystemError(call: "recv", code: ECONNRESET)) { try old.receiveToEnd() }
        }
    }

    @Test func smallWritesOfATurnAreSentTogether() async throws {
        try await TestServer(responder: { _ in
            .stream { writer throws(ResponseWriteError) in
                for _ in 0..<3 { try await writer.write([UInt8]("ab".utf8)) }
                await untilCancelled()
            }
        }).run { address, _ in
            let client = try RawClient(address)
            client.send(get)
            let bytes = try client.receive() ?? []
            #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("\r\n\r\n2\r\nab\r\n2\r\nab\r\n2\r\nab\r\n"))
        }
    }

    @Test func writesFromOtherThreadsComeToTheLoop() async throws {
        try await TestServer(responder: { request in
            .stream { writer throws(ResponseWriteError) in
                let task = Task.detached { () async throws in
                    let body = try await request.body.collect()
                    try await writer.write(body)
                }
                _ = await task.result
            }
        }).run { address, _ in
            let client = try RawClient(address)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
            #expect(try client.receiveResponse().body == "ab")
        }
    }

    @Test func aWriterOutlivingItsResponseIsRefused() async throws {
        let kept = Mutex<ResponseWriter?>(nil)
        try await TestServer(responder: { _ in
            .stream { writer throws(ResponseWriteError) in kept.withLock { $0 = writer } }
        }).run { address, _ in
            let client = try RawClient(address)
            client.send(get)
            #expect(try client.receiveResponse().status == 200)
            let writer = kept.withLock { $0 }
            await #expect(throws: ResponseWriteError.aborted) { try await writer?.write([1]) }
        }
    }
}

private final class Outcome: Sendable {
    private let event = Event()
    private let error = Mutex<ResponseWriteError?>(nil)

    var isFinished: Bool { event.isSet }

    func finish(_ error: ResponseWriteError?) {
        self.error.withLock { $0 = error }
        event.set()
    }

    func wait() async -> ResponseWriteError? {
        await event.wait()
        return error.withLock { $0 }
    }
}

private func resetOnClose(_ descriptor: Int32) {
    var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
}
