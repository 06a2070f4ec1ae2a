import CCurl
import GatewayCore
import Testing

@testable import GatewayHTTP

struct CurlFailureTests {
    @Test(arguments: [
        (
            "https://user:pass@host.example:8443/v1/chat?key=secret#f", "https://host.example:8443/v1/chat",
            "host.example"
        ),
        ("http://[::1]:80/", "http://[::1]:80/", "[::1]"), ("https://host", "https://host", "host"),
        ("https://a@b@host/x@y", "https://host/x@y", "host"), ("nonsense?x", "nonsense", "nonsense"), ("", "", ""),
    ])
    func showsNoSecretsOfAURL(url: String, text: String, host: String) {
        let shown = DisplayURL(url)
        #expect(shown.text == text)
        #expect(shown.host == host)
    }

    @Test func readsTheSameCodeByHowFarTheTransferCame() {
        let url = "https://host.example/v1?key=secret"
        #expect(
            CurlFailure(code: CURLE_COULDNT_RESOLVE_HOST, url: url).transportError == .unresolved(host: "host.example"))
        #expect(CurlFailure(code: CURLE_OPERATION_TIMEDOUT, url: url).transportError == .timedOut(.connect))
        guard case .unreachable = CurlFailure(code: CURLE_RECV_ERROR, url: url).transportError,
            case .truncated = CurlFailure(code: CURLE_RECV_ERROR, url: url, isConnected: true).transportError,
            case .invalidURL(let shown) = CurlFailure(code: CURLE_UNSUPPORTED_PROTOCOL, url: url).transportError,
            case .malformed = CurlFailure(code: CURLE_UNSUPPORTED_PROTOCOL, url: url, isConnected: true).transportError,
            case .tls(let detail) = CurlFailure(code: CURLE_SSL_CONNECT_ERROR, url: url, text: "reason").transportError
        else { return #expect(Bool(false)) }
        #expect(shown == "https://host.example/v1")
        #expect(detail == "reason")
    }
}
