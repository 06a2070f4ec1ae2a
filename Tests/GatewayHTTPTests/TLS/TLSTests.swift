import GatewayCore
import Glibc
import Testing

@testable import GatewayHTTP

/// The listener's TLS and the transport's, against each other and against the openssl command.
@Suite(.timeLimit(.minutes(1))) struct TLSTests {
    @Test func verifiedClientsAreServedOverKeptConnections() async throws {
        try await withTLSServer { port, transport in
            for number in 0..<3 {
                let request = TransportRequest(url: "https://localhost:\(port)/\(number)", body: Array("ping".utf8))
                try await expectText("/\(number) true ping", from: transport, request)
            }
        }
    }

    @Test func largeBodiesPassBothWays() async throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await withTLSServer { port, transport in
            let response = try await transport.send(TransportRequest(url: "https://localhost:\(port)/", body: body))
            var received: [UInt8] = []
            while let more = try await response.body.next() {
                received += more
                if received.count % 3 == 0 { await Task.yield() }
            }
            #expect(received.dropFirst("/ true ".utf8.count).elementsEqual(body))
        }
    }

    @Test func certificatesOfUnknownAuthoritiesAreRefused() async throws {
        try await withTLSServer(trusting: nil) { port, transport in
            let error = await transportError { _ = try await transport.send(.get("https://localhost:\(port)/?key=s")) }
            guard case .tls(let detail) = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(detail.contains("certificate") && !detail.contains("key=s"))
        }
    }

    @Test func certificatesOfOtherHostsAreRefused() async throws {
        try await withTLSServer { port, transport in
            let error = await transportError { _ = try await transport.send(.get("https://127.0.0.1:\(port)/")) }
            guard case .tls = error else { return #expect(Bool(false), "\(String(describing: error))") }
        }
    }

    @Test func plainRequestsAreTurnedAway() async throws {
        try await withTLSServer { port, transport in
            let error = await transportError { _ = try await transport.send(.get("http://localhost:\(port)/")) }
            #expect(error != nil)
            try await expectText("/ true ", from: transport, .get("https://localhost:\(port)/"))
        }
    }

    @Test func clientsThatNeverShakeHandsAreClosed() async throws {
        try await withTLSServer { port, _ in
            let closed = Promise<Bool>()
            runThread {
                let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                let address = SocketAddress("127.0.0.1", port: port)
                let isConnected = address?.withSystemAddress { connect(fd, $0, $1) } == 0
                closed.fulfil(isConnected && ScriptedConnection(fd, number: 0).waitForClose() != nil)
            }
            #expect(await closed.value)
        }
    }

    @Test func onlyHTTP1IsNegotiated() async throws {
        try await withTLSServer { port, _ in
            let connect = ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost"]
            #expect(await run(openssl: connect + ["-alpn", "h2,http/1.1"]) == 0)
            #expect(await run(openssl: connect + ["-alpn", "h2"]) != 0)
        }
    }

    @Test func versionsBelowTheMinimumAreRefused() async throws {
        try await withTLSServer(minimumVersion: .tls13) { port, _ in
            let connect = ["s_client", "-connect", "127.0.0.1:\(port)"]
            #expect(await run(openssl: connect + ["-tls1_3"]) == 0)
            #expect(await run(openssl: connect + ["-tls1_2"]) != 0)
        }
    }

    @Test func unusableFilesAreToldApart() {
        let files = TestCertificate.localhost
        #expect(contextError("/nowhere.pem", files.key)?.hasPrefix("the certificate /nowhere.pem") == true)
        #expect(contextError(files.certificate, "/nowhere.pem")?.hasPrefix("the private key /nowhere.pem") == true)
        #expect(contextError(files.key, files.key)?.hasPrefix("the certificate") == true)
        #expect(contextError(files.certificate, TestCertificate.other.key)?.contains("does not belong") == true)
        #expect(contextError(files.certificate, files.key) == nil)
    }

    private func contextError(_ certificate: String, _ key: String) -> String? {
        do {
            _ = try TLSContext(certificateFile: certificate, keyFile: key)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// The openssl command waits for its connection, so it must not hold up anybody else's thread.
    private func run(openssl arguments: [String]) async -> Int32 {
        let status = Promise<Int32>()
        runThread { status.fulfil(openssl(arguments)) }
        return await status.value
    }

    /// A server that answers with the path, whether the connection is encrypted, and the body.
    private func withTLSServer(
        minimumVersion: TLSConfiguration.Version = .tls12,
        trusting authority: String? = TestCertificate.localhost.certificate,
        _ body: @concurrent @Sendable (UInt16, any Transport) async throws -> Void
    ) async throws {
        let files = TestCertificate.localhost
        let context = try TLSContext(
            certificateFile: files.certificate, keyFile: files.key, minimumVersion: minimumVersion)
        let server = TestServer(
            configure: {
                $0.makeChannel = { context.makeChannel(descriptor: $0) }
                $0.headTimeout = .milliseconds(300)
            },
            responder: { request in
                guard let body = try? await request.body.collect(upTo: 10 << 20) else { return .text("", status: 400) }
                let head = Array("\(request.target.path) \(request.isEncrypted) ".utf8)
                return ServerResponse(status: 200, body: .bytes(head + body))
            })
        try await server.run { address, _ in
            var options = HTTPTransportOptions()
            options.certificateAuthorities = authority
            try await withTransport(options: options) { try await body(address.port, $0) }
        }
    }
}
