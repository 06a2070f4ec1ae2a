import GatewayCore
import Testing

@testable import GatewayHTTP

@Suite(.timeLimit(.minutes(1))) struct ProxySettingsTests {
    @Test func readsTheUsualVariables() {
        let settings = ProxySettings { name in
            [
                "http_proxy": "http://a:1", "HTTPS_PROXY": "http://b:2", "HTTP_PROXY": "http://evil",
                "no_proxy": "x, .y,,z",
            ][name]
        }
        #expect(settings == ProxySettings(http: "http://a:1", https: "http://b:2", bypass: ["x", ".y", "z"]))
        #expect(ProxySettings { $0 == "ALL_PROXY" ? "s" : "" } == ProxySettings(http: "s", https: "s"))
        #expect(ProxySettings { _ in nil } == .none)
    }

    @Test func configurationGoesBeforeTheEnvironment() {
        let environment = { (name: String) in ["http_proxy": "http://e:1", "no_proxy": "e"][name] }
        #expect(ProxySettings(configuration: nil, environment: environment).http == "http://e:1")
        let configured = ProxySettings(
            configuration: ProxyConfiguration(https: "http://c:2", noProxy: ["c"]), environment: environment)
        #expect(configured == ProxySettings(http: "http://e:1", https: "http://c:2", bypass: ["c"]))
    }

    @Test func plainRequestsGoThroughTheProxyButForWhatIsBypassed() async throws {
        let proxy = try ScriptedServer { connection in
            while let request = connection.readRequest() {
                connection.send(response("proxied " + (request.split(separator: "\r\n").first ?? "")))
            }
        }
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(response("direct"))
        }
        defer {
            proxy.stop()
            server.stop()
        }
        var options = HTTPTransportOptions()
        options.proxy = ProxySettings(http: "http://user:pass@127.0.0.1:\(proxy.port)", bypass: ["127.0.0.1"])
        try await withTransport(options: options) { transport in
            try await expectText(
                "proxied GET http://api.invalid/v1?a=b HTTP/1.1", from: transport, .get("http://api.invalid/v1?a=b"))
            try await expectText("direct", from: transport, .get(server.url()))
        }
    }

    @Test func tunnelsKeepTheServersFieldsFromTheProxy() async throws {
        let seen = Promise<String>()
        let proxy = try ScriptedServer { connection in
            seen.fulfil(connection.readRequest() ?? "")
            connection.send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        }
        defer { proxy.stop() }
        var options = HTTPTransportOptions()
        options.proxy = ProxySettings(https: "http://127.0.0.1:\(proxy.port)")
        try await withTransport(options: options) { transport in
            var request = TransportRequest.get("https://api.invalid/secret-path")
            request.headers = ["Authorization": "Bearer secret"]
            let error = await transportError { [request] in _ = try await transport.send(request) }
            #expect(error == .unreachable(detail: "the proxy answered 407"))
        }
        let head = await seen.value
        #expect(head.hasPrefix("CONNECT api.invalid:443 HTTP/1.1\r\n"))
        #expect(!head.contains("secret"))
    }

    @Test func tunnelsReachTheServer() async throws {
        // Behind the tunnel is a server that knows no TLS: the handshake's failure shows that it was reached.
        let proxy = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.send(
                "HTTP/1.1 200 OK\r\nX-Proxy: 1\r\n\r\nthis is no TLS at all, whatever the client makes of it")
            _ = connection.waitForClose()
        }
        defer { proxy.stop() }
        var options = HTTPTransportOptions()
        options.proxy = ProxySettings(https: "http://127.0.0.1:\(proxy.port)")
        try await withTransport(options: options) { transport in
            let error = await transportError { _ = try await transport.send(.get("https://api.invalid/")) }
            guard case .tls = error else { return #expect(Bool(false), "\(String(describing: error))") }
        }
    }
}
