import GatewayCore
import Synchronization

/// A service inside the program in place of one across the network: each request is answered by a closure.
public struct LocalService: Transport {
    public struct Answer: Sendable {
        public var status: Int
        public var headers: HTTPFields
        /// The body, as it arrives.
        public var pieces: [[UInt8]]

        public init(status: Int = 200, headers: HTTPFields = [:], json: JSONValue) {
            self.status = status
            self.headers = headers
            self.headers.append("content-type", "application/json")
            pieces = [json.serialized()]
        }

        /// A stream of server-sent events.
        public init(events: [JSONValue]) {
            status = 200
            headers = ["content-type": "text/event-stream"]
            pieces = (events.map(\.serializedString) + ["[DONE]"]).map { Array("data: \($0)\n\n".utf8) }
        }
    }

    private let answer: @Sendable (TransportRequest) -> Answer

    public init(_ answer: @escaping @Sendable (TransportRequest) -> Answer) {
        self.answer = answer
    }

    public func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        let answer = answer(request)
        return TransportResponse(status: answer.status, headers: answer.headers, body: LocalBody(answer.pieces))
    }
}

private final class LocalBody: TransportBody {
    private let pieces: Mutex<ArraySlice<[UInt8]>>

    init(_ pieces: [[UInt8]]) {
        self.pieces = Mutex(pieces[...])
    }

    func next() async throws(TransportError) -> [UInt8]? { pieces.withLock { $0.popFirst() } }

    func cancel() { pieces.withLock { $0 = [] } }
}
