import CCurl
import GatewayCore
import Glibc

/// One easy handle of libcurl's, used for exchange after exchange. What does not change between two requests is not set
/// again. On-loop only.
final class CurlHandle {
    let easy: UnsafeMutableRawPointer
    /// Its place among the client's handles.
    var index = 0
    /// Where the handle is while its transfer is under way.
    var multi: CurlMulti?
    private(set) var exchange: CurlExchange?
    /// Who gets the connection, in place of an exchange.
    private(set) var seeker: (any ConnectionSeeker)?
    private(set) var url = ""
    private let parsedURL: OpaquePointer

    private unowned let client: CurlClient
    private var headers = HeaderBlock()
    private var method = Method.get
    private var customMethod: String?
    private var isUploading = false
    private var isSecure: Bool?
    private var connectTimeout: Duration?
    private var readSize = 0
    private let errorText: UnsafeMutablePointer<CChar>
    private var resolution: UnsafeMutablePointer<curl_slist>?
    private var isConnectOnly = false
    private var timer = DeadlineTimer()

    private enum Method {
        case get, head, post
    }

    init?(for client: CurlClient) {
        guard let easy = curl_easy_init() else { return nil }
        guard let parsedURL = curl_url() else {
            curl_easy_cleanup(easy)
            return nil
        }
        self.easy = easy
        self.parsedURL = parsedURL
        self.client = client
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        installCallbacks()
        setConstants(client.options)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_url_cleanup(parsedURL)
        curl_slist_free_all(resolution)
        errorText.deallocate()
    }

    // MARK: Before and after an exchange

    /// Makes the handle ready for the request, whose body it keeps alive until `release`.
    func prepare(_ exchange: CurlExchange) throws(TransportError) {
        let request = exchange.request
        self.exchange = exchange
        try setTarget(request.url, within: request.timeouts.connect, connectOnly: false)
        try setMethod(request.method, body: request.body, uploading: request.upload?.length)
        let isLarge = request.upload != nil || request.body.count >= 1 << 20
        let framing = HeaderBlock.Framing(hasBody: method == .post, isLarge: isLarge)
        if try headers.set(request.headers, framing: framing) {
            try check(ccurl_set_headers(easy, headers.first))
        }
        let readSize = request.isStream ? client.options.streamReadSize : client.options.readSize
        // Only a wish: libcurl keeps a buffer beyond a transfer whose HTTP/2 connection others still used, and takes no other
        // size while it has one.
        if readSize != self.readSize, ccurl_set_long(easy, CURLOPT_BUFFERSIZE, readSize) == CURLE_OK {
            self.readSize = readSize
        }
    }

    /// Makes the handle ready to connect to the URL's server and to send nothing.
    func prepare(_ seeker: any ConnectionSeeker, url: String, within time: Duration) throws(TransportError) {
        self.seeker = seeker
        try setTarget(url, within: time, connectOnly: true)
    }

    /// The socket of the connection that was asked for, as a descriptor of its own; nil when there is none to be had. libcurl
    /// closes its own with the transfer.
    func takeSocket() -> Int32? {
        let socket = ccurl_get_socket(easy)
        guard socket != ccurl_bad_socket else { return nil }
        let descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        return descriptor < 0 ? nil : descriptor
    }

    /// Parts the handle from its exchange once libcurl has let go of it.
    func release() {
        exchange = nil
        seeker = nil
    }

    /// Lets a paused transfer go on; may call back with the bytes that were turned away.
    func resume() -> TransportError? {
        let code = curl_easy_pause(easy, CURLPAUSE_CONT)
        return code == CURLE_OK ? nil : failure(code)
    }

    /// Whether all of a body with so many bytes is on its way, so that libcurl looks at it no more.
    func hasSent(_ count: Int) -> Bool {
        count == 0 || ccurl_get_large(easy, CURLINFO_SIZE_UPLOAD_T) >= count
    }

    /// Lets libcurl act on what was asked of it for this transfer.
    func settle() {
        multi?.settle()
    }

    /// What the code means for this transfer.
    func failure(_ code: CURLcode) -> TransportError {
        CurlFailure(
            code: code, url: url, errno: Int32(truncatingIfNeeded: ccurl_get_long(easy, CURLINFO_OS_ERRNO)),
            proxyStatus: ccurl_get_long(easy, CURLINFO_HTTP_CONNECTCODE),
            isConnected: ccurl_get_large(easy, CURLINFO_PRETRANSFER_TIME_T) > 0, text: String(cString: errorText)
        ).transportError
    }

    private func setTarget(_ url: String, within time: Duration, connectOnly: Bool) throws(TransportError) {
        try setURL(url)
        if let entry = client.options.resolver?(url) { try setResolution(entry) }
        if connectOnly != isConnectOnly {
            isConnectOnly = connectOnly
            try check(ccurl_set_long(easy, CURLOPT_CONNECT_ONLY, connectOnly ? 1 : 0))
        }
        if time != connectTimeout {
            connectTimeout = time
            let milliseconds = max(1, time.clampedNanoseconds / 1_000_000)
            try check(ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(milliseconds)))
        }
    }

    private func setURL(_ url: String) throws(TransportError) {
        guard url != self.url else { return }
        let isSecure: Bool
        if url.utf8.prefix(8).elementsEqual("https://".utf8) {
            isSecure = true
        } else if url.utf8.prefix(7).elementsEqual("http://".utf8) {
            isSecure = false
        } else {
            throw .invalidURL(DisplayURL(url).text)
        }
        // Until all is set, no later request must take this handle for one that knows its URL.
        self.url = ""
        // A URL that libcurl has parsed once is not parsed again with each request. Without the first call libcurl would
        // go on naming the one before. What is signed is what is sent, so dots in the path stay.
        try check(ccurl_set_string(easy, CURLOPT_URL, nil))
        guard curl_url_set(parsedURL, CURLUPART_URL, url, UInt32(CURLU_PATH_AS_IS)) == CURLUE_OK else {
            throw .invalidURL(DisplayURL(url).text)
        }
        try check(ccurl_set_pointer(easy, CURLOPT_CURLU, UnsafeMutableRawPointer(parsedURL)))
        try setScheme(isSecure: isSecure)
        self.url = url
    }

    private func setResolution(_ entry: String) throws(TransportError) {
        let list = curl_slist_append(nil, entry)
        try check(ccurl_set_resolve(easy, list))
        curl_slist_free_all(resolution)
        resolution = list
    }

    private func setScheme(isSecure: Bool) throws(TransportError) {
        guard isSecure != self.isSecure else { return }
        self.isSecure = isSecure
        let proxy = client.options.proxy
        // An empty string is a direct connection; nothing at all would make libcurl read the environment each time.
        try check(ccurl_set_string(easy, CURLOPT_PROXY, (isSecure ? proxy.https : proxy.http) ?? ""))
        try check(ccurl_set_long(easy, CURLOPT_PIPEWAIT, isSecure ? 1 : 0))
    }

    /// - Parameter length: of a body that is asked for piece by piece.
    private func setMethod(
        _ name: String, body: [UInt8], uploading length: Int?
    ) throws(TransportError) {
        let method: Method =
            switch name {
            case _ where length != nil: .post
            case "POST", "PUT", "PATCH": .post
            case "HEAD": .head
            default: body.isEmpty ? .get : .post
            }
        if self.method == .head, method != .head { try check(ccurl_set_long(easy, CURLOPT_NOBODY, 0)) }
        switch method {
        case .get: if self.method != .get { try check(ccurl_set_long(easy, CURLOPT_HTTPGET, 1)) }
        case .head: if self.method != .head { try check(ccurl_set_long(easy, CURLOPT_NOBODY, 1)) }
        case .post: if let length { try setUpload(of: length) } else { try setBody(body) }
        }
        self.method = method
        // What has been read of an upload cannot be sent again, should a kept connection turn out to be closed.
        if isUploading != (length != nil) {
            isUploading = length != nil
            try check(ccurl_set_long(easy, CURLOPT_FRESH_CONNECT, isUploading ? 1 : 0))
        }
        let custom: String? =
            switch (method, name) {
            case (.get, "GET"), (.post, "POST"), (.head, _): nil
            default: name
            }
        guard custom != customMethod else { return }
        guard name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw .malformed(detail: "request method") }
        customMethod = custom
        try check(ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, custom))
    }

    private func setBody(_ body: [UInt8]) throws(TransportError) {
        // SAFETY: the elements of an array stay where they are while nobody writes to it; the exchange keeps this array,
        // as a constant, until libcurl has let go of the handle.
        let bytes = body.withUnsafeBytes { $0.baseAddress }
        try check(ccurl_set_large(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        // Nothing at all would make libcurl read the body from standard input.
        try check(
            body.isEmpty
                ? ccurl_set_string(easy, CURLOPT_POSTFIELDS, "")
                : ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes)))
    }

    /// With no body to point at libcurl asks the read callback.
    private func setUpload(of length: Int) throws(TransportError) {
        try check(ccurl_set_long(easy, CURLOPT_POST, 1))
        try check(ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, nil))
        try check(ccurl_set_large(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(length)))
    }

    private func check(_ code: CURLcode) throws(TransportError) {
        guard code == CURLE_OK else {
            throw .unreachable(detail: "libcurl: " + String(cString: curl_easy_strerror(code)))
        }
    }

    // MARK: Deadlines

    /// Has the exchange's deadlines looked at by then.
    func wake(by due: Int64) {
        timer.fire(by: due, on: client.loop) { self.timerFired() }
    }

    func cancelTimer() {
        timer.cancel(on: client.loop)
    }

    private func timerFired() {
        timer.fired()
        let now = client.loop.now
        if let due = exchange?.checkDeadlines(at: now) ?? seeker?.checkDeadlines(at: now) { wake(by: due) }
    }

    // MARK: Settings for life

    private func installCallbacks() {
        // SAFETY: the client holds the handle until libcurl has let go of it, and its deinit cleans up the easy handle.
        // Callbacks come on the loop's thread.
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(easy, CURLOPT_PRIVATE, context)
        ccurl_set_header_callback(
            easy,
            { bytes, size, count, context in
                guard let bytes, let exchange = exchangeOf(context) else { return 0 }
                return exchange.receiveHead(buffer(bytes, size * count)) ? size * count : 0
            }, context)
        ccurl_set_write_callback(
            easy,
            { bytes, size, count, context in
                guard let bytes, let exchange = exchangeOf(context) else { return 0 }
                return exchange.receiveBody(buffer(bytes, size * count)) ? size * count : ccurl_write_pause
            }, context)
        ccurl_set_read_callback(
            easy,
            { bytes, size, count, context in
                guard let bytes, let upload = exchangeOf(context)?.upload else { return 0 }
                let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
                return upload.take(into: room) ?? ccurl_read_pause
            }, context)
        ccurl_set_open_socket_callback(
            easy,
            { context, _, address in
                guard let context, let address else { return ccurl_bad_socket }
                return Unmanaged<CurlHandle>.fromOpaque(context).takeUnretainedValue().openSocket(address)
            }, context)
        client.installCloseSocketCallback(on: easy)
    }

    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        var storage = sockaddr_storage()
        let length = Int(address.pointee.addrlen)
        guard length <= MemoryLayout<sockaddr_storage>.size else { return ccurl_bad_socket }
        // SAFETY: libcurl lays the whole address behind the fixed fields, `addrlen` bytes of it.
        withUnsafeMutableBytes(of: &storage) { target in
            let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
            target.copyMemory(
                from: UnsafeRawBufferPointer(start: UnsafeRawPointer(address).advanced(by: offset), count: length))
        }
        guard let host = SocketAddress(storage)?.host else { return ccurl_bad_socket }
        guard client.options.addresses.allows(host) else {
            exchange?.refuse(host)
            return ccurl_bad_socket
        }
        return client.sockets.open(family: address.pointee.family)
    }

    private func setConstants(_ options: HTTPTransportOptions) {
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_NOPROGRESS, 1), (CURLOPT_TCP_NODELAY, 1), (CURLOPT_TCP_KEEPALIVE, 1),
            (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
            // The CONNECT request to a proxy must not carry what is meant for the server, its key first of all.
            (CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE)),
            // Ending an exchange must not wait for a name that is being looked up.
            (CURLOPT_QUICK_EXIT, 1),
        ]
        for (option, value) in numbers { ccurl_set_long(easy, option, value) }
        ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_string(easy, CURLOPT_NOPROXY, options.proxy.bypass.joined(separator: ","))
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        if let file = options.certificateAuthorities { ccurl_set_string(easy, CURLOPT_CAINFO, file) }
        if let share = client.share { ccurl_set_share(easy, share) }
    }
}

private func exchangeOf(_ context: UnsafeMutableRawPointer?) -> CurlExchange? {
    // SAFETY: see `installCallbacks`.
    context.flatMap { Unmanaged<CurlHandle>.fromOpaque($0).takeUnretainedValue().exchange }
}

private func buffer(_ bytes: UnsafeMutablePointer<CChar>, _ count: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: count)
}
