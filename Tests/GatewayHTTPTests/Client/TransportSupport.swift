import GatewayCore
import Testing

@testable import GatewayHTTP

/// The ways a request to an `http` URL may take, which must behave the same.
enum TransportPath: CaseIterable {
    case plain, curl

    func transport(_ options: HTTPTransportOptions, group: EventLoopGroup) -> any StoppableTransport {
        switch self {
        case .plain: HTTPTransport(options: options, group: group)
        case .curl: CurlTransport(options: options, group: group)
        }
    }

    /// One that runs its own loops.
    func transport(loops: Int) throws -> any StoppableTransport {
        switch self {
        case .plain: try HTTPTransport(loops: loops)
        case .curl: try CurlTransport(loops: loops)
        }
    }
}

protocol StoppableTransport: Transport {
    func shutdown() async
}

extension HTTPTransport: StoppableTransport {}
extension CurlTransport: StoppableTransport {}

/// Runs the body with a transport of its own, on the transport's loop or off it.
func withTransport(
    _ path: TransportPath = .plain, options: HTTPTransportOptions = HTTPTransportOptions(),
    _ body: @Sendable (any Transport) async throws -> Void
) async throws {
    let group = try EventLoopGroup(count: 1)
    try group.start()
    let transport = path.transport(options, group: group)
    let result: Result<Void, any Error>
    do {
        try await group.loops[0].run { try await body(transport) }
        result = .success(())
    } catch {
        result = .failure(error)
    }
    await transport.shutdown()
    group.stop()
    try result.get()
}

extension TransportResponse {
    /// The whole body; bodies in tests are small.
    func readAll() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let more = try await body.next() { bytes += more }
        return bytes
    }

    func text() async throws -> String {
        String(decoding: try await readAll(), as: UTF8.self)
    }
}

extension Transport {
    /// The body of the response to a request.
    func text(_ request: TransportRequest) async throws -> String {
        try await send(request).text()
    }
}

extension TransportRequest {
    static func get(_ url: String) -> TransportRequest { TransportRequest(method: "GET", url: url) }
}

/// The error of an operation that is to fail with one.
func transportError(_ body: () async throws -> Void) async -> TransportError? {
    do {
        try await body()
    } catch let error as TransportError {
        return error
    } catch {}
    return nil
}

/// A complete response with a length.
func response(_ body: String, status: String = "200 OK", fields: String = "") -> String {
    "HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

func expectText(
    _ text: String, from transport: any Transport, _ request: TransportRequest,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let answer = try await transport.text(request)
    #expect(answer == text, sourceLocation: sourceLocation)
}
