import CCurl
import GatewayCore
import Glibc

/// libcurl's account of a failed transfer, read as a `TransportError`. Its texts hold no secrets: they name hosts,
/// certificates and system errors.
struct CurlFailure {
    var code: CURLcode
    var url: String
    var errno: Int32 = 0
    /// The status a proxy gave to CONNECT, 0 without one.
    var proxyStatus = 0
    /// Whether the connection, TLS included, stood.
    var isConnected = false
    /// What libcurl wrote into the error buffer.
    var text = ""

    var transportError: TransportError {
        switch code {
        case CURLE_URL_MALFORMAT: return .invalidURL(DisplayURL(url).text)
        case CURLE_UNSUPPORTED_PROTOCOL:
            // Also libcurl's word for a response without a status line.
            return isConnected ? .malformed(detail: reason) : .invalidURL(DisplayURL(url).text)
        case CURLE_COULDNT_RESOLVE_HOST: return .unresolved(host: DisplayURL(url).host)
        case CURLE_COULDNT_RESOLVE_PROXY: return .unresolved(host: "the proxy")
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(.connect)
        case CURLE_COULDNT_CONNECT: return .unreachable(detail: reason)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED:
            return .tls(detail: text.isEmpty ? reason : text)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2, CURLE_FILESIZE_EXCEEDED:
            return .malformed(detail: reason)
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2_STREAM,
            CURLE_WRITE_ERROR:
            return isConnected ? .truncated(detail: reason) : .unreachable(detail: reason)
        default: return isConnected ? .truncated(detail: reason) : .unreachable(detail: reason)
        }
    }

    private var reason: String {
        if proxyStatus != 0, !isConnected { return "the proxy answered \(proxyStatus)" }
        var reason = String(cString: curl_easy_strerror(code))
        if errno != 0, let text = strerror(errno) { reason += " (\(String(cString: text)))" }
        return reason
    }
}
