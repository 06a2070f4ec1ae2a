import Synchronization
import Testing

@testable import GatewayCore
@testable import GatewayHTTP

/// What is refused before the engine sees it leaves a record too.
struct RefusalRecordTests {
    private struct NoTransport: Transport {
        func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
            throw .unreachable(detail: "")
        }
    }

    private final class Collector: RequestLog {
        let records = Mutex<[RequestRecord]>([])
        func record(_ finished: FinishedRecord) { records.withLock { $0.append(finished.record) } }
    }

    private struct Clock: WallClock {
        func now() -> Double { 1000 }
    }

    private let log = Collector()

    private func responder() throws -> GatewayResponder {
        let configuration = GatewayConfiguration(apiKeys: [GatewayKey(name: "team", key: Secret("right-key"))])
        let gateway = try Gateway(
            configuration: configuration, providers: ProviderCatalog(), transport: NoTransport(),
            services: GatewayServices(clock: Clock(), log: log))
        return GatewayResponder(gateway: gateway, cors: CORSConfiguration(), health: HealthMonitor(clock: Clock()))
    }

    private func ask(
        _ path: String, method: String = "POST", headers: HTTPFields, body: String = "{}"
    ) async throws -> (status: Int, id: String?) {
        let response = try await responder().respond(
            to: ServerRequest(
                method: method, target: RequestTarget(path: path), headers: headers, body: RequestBody(Array(body.utf8))
            ))
        return (response.status, response.headers["x-request-id"])
    }

    struct Refusal: Sendable {
        var path = "/v1/messages"
        var headers: HTTPFields = ["x-api-key": "right-key"]
        var body = "{}"
        var status: Int
        var keyName: String? = "team"
        var kind: ProviderFailure.Kind
    }

    @Test(arguments: [
        Refusal(
            path: "/v1/chat/completions", headers: ["authorization": "Bearer wrong"], status: 401, keyName: nil,
            kind: .authentication),
        Refusal(headers: [:], status: 401, keyName: nil, kind: .authentication),
        Refusal(path: "/v1/nothing/here", status: 404, kind: .notFound),
        Refusal(body: "no json", status: 400, kind: .invalidRequest),
        Refusal(
            headers: ["x-api-key": "right-key", "content-type": "text/plain"], status: 415, kind: .invalidRequest),
    ])
    func refusedRequestsLeaveARecord(_ refusal: Refusal) async throws {
        let answer = try await ask(refusal.path, headers: refusal.headers, body: refusal.body)
        #expect(answer.status == refusal.status)
        let records = log.records.withLock { $0 }
        let record = try #require(records.first)
        #expect(records.count == 1)
        #expect(record.id == answer.id)
        #expect(record.status == refusal.status)
        #expect(record.keyName == refusal.keyName)
        #expect(record.endpoint == refusal.path)
        #expect(record.failure?.kind == refusal.kind)
        #expect(record.outcome == .refused)
        #expect(record.startedAt == 1000)
        #expect(record.attempts.isEmpty)
    }

    @Test func strangersOnUnknownPathsLeaveNone() async throws {
        #expect(try await ask("/wp-login.php", headers: [:]).status == 404)
        #expect(log.records.withLock { $0.isEmpty })
    }

    @Test func keysInAPathAreMasked() async throws {
        _ = try await ask("/v1/sk-abcdefghijklmnop/chat", headers: ["x-api-key": "right-key"])
        #expect(log.records.withLock { $0.first?.endpoint } == "/v1/sk-…/chat")
    }
}
