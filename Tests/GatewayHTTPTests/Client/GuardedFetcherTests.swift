import GatewayCore
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

    @Test(arguments: [
        "http://127.0.0.1:%/", "http://localhost:%/", "http://[::1]:%/", "http://2130706433:%/", "http://0x7f.1:%/",
        "http://0.0.0.0:%/", "http://[::ffff:127.0.0.1]:%/", "http://10.0.0.1/", "http://169.254.169.254/latest/",
    ])
    func connectsToNothingPrivate(_ template: String) async throws {
        let server = try ScriptedServer { _ in }
        defer { server.stop() }
        let url = template.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "\(server.port)")
        #expect(try await fetch(url, addresses: .publicOnly).reason == .forbiddenAddress)
        #expect(server.connectionCount == 0)
    }

    @Test("PITFALLS 25: each redirect is judged anew")
    func judgesEachRedirectAnew() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(response("", status: "307 T", fields: "Location: http://169.254.169.254/latest/\r\n"))
        }
        defer { server.stop() }
        #expect(try await fetch(server.url()).reason == .forbiddenAddress)
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

    private func fetch(
        _ url: String, _ limits: GuardedFetcher.Limits = GuardedFetcher.Limits(),
        addresses: AddressPolicy = .publicOrLoopback
    ) async throws -> Result<FetchedMedia, MediaFetchError> {
        let group = try EventLoopGroup(count: 1)
        try group.start()
        let fetcher = GuardedFetcher(limits: limits, addresses: addresses, group: group)
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
