import GatewayCore
import Glibc
import Testing

@testable import GatewayHTTP

@Suite(.timeLimit(.minutes(1))) struct GuardedFetcherTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]

    @Test func tellsTheTypeByTheBytes() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(Self.png.count)\r\n\r\n")
            connection.send(Self.png)
        }
        defer { server.stop() }
        let result = try await fetch(server.url("/a.jpg"))
        #expect(result == .success(FetchedMedia(bytes: Self.png, mediaType: "image/png")))
    }

    @Test func followsRedirectsAsFarAsTheLimit() async throws {
        let server = try ScriptedServer { connection in
            while let request = connection.readRequest() {
                let hop = Int(request.split(separator: " ")[1].dropFirst()) ?? 0
                if hop == 0 {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(Self.png.count)\r\n\r\n")
                    connection.send(Self.png)
                } else {
                    connection.send(response("", status: "302 Found", fields: "Location: /\(hop - 1)\r\n"))
                }
            }
        }
        defer { server.stop() }
        #expect(try await fetch(server.url("/3")).isSuccess)
        #expect(try await fetch(server.url("/4")).reason == .refused)
    }

    /// Loopback, private, link-local and metadata addresses, in all the ways in which they can be written.
    @Test(
        "PITFALLS 25: connects to nothing private, however it is spelled",
        arguments: [
            "http://127.0.0.1:%/", "http://localhost:%/", "http://[::1]:%/", "http://2130706433:%/", "http://0x7f.1:%/",
            "http://0.0.0.0:%/", "http://[::]:%/", "http://[::ffff:127.0.0.1]:%/", "http://[::ffff:7f00:1]:%/",
            "http://[::127.0.0.1]:%/", "http://127.1:%/", "http://0177.0.0.1:%/", "http://017700000001:%/",
            "http://0x7f000001:%/", "http://127.0.0.1.:%/", "http://%31%32%37.0.0.1:%/", "http://①②⑦.0.0.1:%/",
            "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.0.1/", "http://3232235521/", "http://[fc00::1]/",
            "http://169.254.169.254/latest/", "http://2852039166/", "http://0251.0376.0251.0376/",
            "http://[fd00:ec2::254]/latest/", "http://[fe80::1]/", "http://[::ffff:169.254.169.254]/",
            "http://[64:ff9b::a9fe:a9fe]/", "http://100.100.100.200/", "http://168.63.129.16/",
        ])
    func connectsToNothingPrivate(_ template: String) async throws {
        let server = try ScriptedServer { _ in }
        defer { server.stop() }
        let url = template.replacing(":%/", with: ":\(server.port)/")
        let reason = try await fetch(url, addresses: .publicOnly).reason
        // What libcurl itself finds to be no host, such as digits that are none, is as good.
        #expect(reason == .forbiddenAddress || (reason == .invalidURL || reason == .unreachable) && url.isOddlySpelled)
        #expect(server.connectionCount == 0)
    }

    @Test(
        "PITFALLS 25: each redirect is judged anew",
        arguments: [
            "http://169.254.169.254/latest/", "http://[fd00:ec2::254]/", "http://10.1.2.3/", "http://2852039166/",
            "//192.168.1.1/", "http://[::ffff:10.0.0.1]/",
        ])
    func judgesEachRedirectAnew(_ target: String) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(response("", status: "307 T", fields: "Location: \(target)\r\n"))
        }
        defer { server.stop() }
        #expect(try await fetch(server.url()).reason == .forbiddenAddress)
    }

    // MARK: Names

    @Test(
        "PITFALLS 25: a name is judged by each address that it has",
        arguments: [
            "127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]", "[::ffff:10.0.0.1]",
            "100.100.100.200", "10.0.0.1,192.168.0.1,[::1]",
        ])
    func judgesNamesByTheirAddresses(_ addresses: String) async throws {
        let server = try ScriptedServer { _ in }
        defer { server.stop() }
        let result = try await fetch("http://name.test:\(server.port)/", addresses: .publicOnly) { _ in
            "name.test:\(server.port):\(addresses)"
        }
        #expect(result.reason == .forbiddenAddress)
        #expect(server.connectionCount == 0)
    }

    @Test func takesTheAllowedAmongTheAddressesOfAName() async throws {
        let server = try pictures()
        defer { server.stop() }
        let result = try await fetch("http://name.test:\(server.port)/") { _ in
            "name.test:\(server.port):10.0.0.1,127.0.0.1"
        }
        #expect(result.isSuccess)
    }

    @Test("PITFALLS 25: a name that is public when it is first looked up and private later leads nowhere")
    func seesThroughRebinding() async throws {
        let server = try ScriptedServer { connection in
            let request = connection.readRequest() ?? ""
            let host = request.split(separator: "\r\n").first { $0.hasPrefix("Host: ") }?.dropFirst(6) ?? ""
            connection.send(
                response("", status: "302 Found", fields: "Location: http://\(host)/again\r\nConnection: close\r\n"))
        }
        defer { server.stop() }
        // Loopback stands for what is public here; the second answer is the metadata service.
        let result = try await fetch("http://rebound.test:\(server.port)/first") { url in
            "rebound.test:\(server.port):\(url.hasSuffix("/first") ? "127.0.0.1" : "169.254.169.254")"
        }
        #expect(result.reason == .forbiddenAddress)
        #expect(server.connectionCount == 1)
    }

    private func pictures() throws -> ScriptedServer {
        try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(Self.png.count)\r\n\r\n")
            connection.send(Self.png)
        }
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://example.com/a.png", "http://user@127.0.0.1/", "a.png", "gopher://x/",
    ])
    func fetchesPlainWebAddressesOnly(_ url: String) async throws {
        #expect(try await fetch(url).reason == .invalidURL)
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(response("", status: "302 Found", fields: "Location: \(url)\r\n"))
        }
        defer { server.stop() }
        #expect(try await fetch(server.url("/deep/")).isSuccess == false)
    }

    @Test func limitsSizeAnnouncedOrNot() async throws {
        let server = try ScriptedServer { connection in
            let request = connection.readRequest() ?? ""
            let isAnnounced = request.hasPrefix("GET /announced")
            let head = isAnnounced ? "Content-Length: 5000\r\n" : ""
            connection.send("HTTP/1.1 200 OK\r\n\(head)Connection: close\r\n\r\n")
            connection.send(Self.png + [UInt8](repeating: 0, count: 5_000 - Self.png.count))
        }
        defer { server.stop() }
        var limits = GuardedFetcher.Limits()
        limits.bytes = 4_999
        #expect(try await fetch(server.url("/announced"), limits).reason == .tooLarge)
        #expect(try await fetch(server.url("/not"), limits).reason == .tooLarge)
        limits.bytes = 5_000
        #expect(try await fetch(server.url("/not"), limits).isSuccess)
    }

    @Test func limitsTimeAndRefusesWhatIsNoMedia() async throws {
        let server = try ScriptedServer { connection in
            let request = connection.readRequest() ?? ""
            if request.hasPrefix("GET /slow") {
                _ = connection.waitForClose()
            } else if request.hasPrefix("GET /missing") {
                connection.send(response("", status: "404 Not Found"))
            } else {
                connection.send(response("<svg/>", fields: "Content-Type: image/png\r\n"))
            }
        }
        defer { server.stop() }
        var limits = GuardedFetcher.Limits()
        limits.time = .milliseconds(150)
        #expect(try await fetch(server.url("/slow"), limits).reason == .timedOut)
        #expect(try await fetch(server.url("/missing")).reason == .refused)
        #expect(try await fetch(server.url("/svg")).reason == .unknownType)
    }

    @Test func limitsTheTimeOfBodiesThatTrickle() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while connection.sendCounting([0x89]) == 1 { usleep(5_000) }
        }
        defer { server.stop() }
        var limits = GuardedFetcher.Limits()
        limits.time = .milliseconds(150)
        #expect(try await fetch(server.url(), limits).reason == .timedOut)
    }

    private func fetch(
        _ url: String, _ limits: GuardedFetcher.Limits = GuardedFetcher.Limits(),
        addresses: AddressPolicy = .publicOrLoopback, resolver: (@Sendable (String) -> String?)? = nil
    ) async throws -> Result<FetchedMedia, MediaFetchError> {
        let group = try EventLoopGroup(count: 1)
        try group.start()
        let fetcher = GuardedFetcher(limits: limits, addresses: addresses, group: group, resolver: resolver)
        let result: Result<FetchedMedia, MediaFetchError>
        do {
            result = .success(try await fetcher.fetch(url: url))
        } catch {
            result = .failure(error)
        }
        await fetcher.shutdown()
        group.stop()
        return result
    }
}

struct MediaSignatureTests {
    @Test(arguments: [
        (Array("GIF89a..".utf8), MediaSignature.gif), (Array("GIF87a".utf8), .gif),
        (Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8), .webp), (Array("%PDF-1.7".utf8), .pdf),
        ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg), (Array("RIFF....WAVE".utf8), nil), (Array("GIF90a".utf8), nil), ([], nil),
        (Array("<html>".utf8), nil),
    ])
    func knowsTheMediaThatModelsTake(bytes: [UInt8], kind: MediaSignature?) {
        #expect(MediaSignature(bytes) == kind)
    }
}

extension Result where Failure == MediaFetchError {
    fileprivate var isSuccess: Bool { reason == nil }

    fileprivate var reason: MediaFetchError.Reason? {
        if case .failure(let error) = self { error.reason } else { nil }
    }
}

extension String {
    /// Hosts that only some resolvers would take for an address.
    fileprivate var isOddlySpelled: Bool { utf8.contains { $0 > 0x7F } || contains("%3") || contains("0.1.:") }
}
