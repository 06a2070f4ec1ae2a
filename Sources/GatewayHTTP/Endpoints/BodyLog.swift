import GatewayCore
import Synchronization

/// Logs what clients send and are sent, where the configuration asks for it: for finding out what goes wrong, not for every
/// day.
package final class BodyLog: Sendable {
    private let logger: any Logger
    private let includesRequests: Bool
    private let includesResponses: Bool

    /// Nil when no bodies are logged.
    package init?(_ configuration: LoggingConfiguration, logger: any Logger) {
        guard configuration.includesRequestBodies || configuration.includesResponseBodies, logger.takes(.info) else {
            return nil
        }
        self.logger = logger
        includesRequests = configuration.includesRequestBodies
        includesResponses = configuration.includesResponseBodies
    }

    func note(_ call: InboundCall) {
        guard includesRequests else { return }
        write("llm_request_body", call.id, Array(call.body.prefix(BodyRedaction.maxBytes)), of: call.body.count)
    }

    /// The same response, whose body is logged when it has been sent.
    func noting(_ response: ServerResponse, to id: String) -> ServerResponse {
        guard includesResponses else { return response }
        switch response.body {
        case .empty: break
        case .bytes(let bytes):
            write("llm_response_body", id, Array(bytes.prefix(BodyRedaction.maxBytes)), of: bytes.count)
        case .stream(let stream):
            var response = response
            let log = self
            response.body = .stream { (writer) async throws(ResponseWriteError) in
                let copy = CopyingSink(writer)
                defer { copy.finish { log.write("llm_response_body", id, $0, of: $1) } }
                try await stream(ResponseWriter(sink: copy))
            }
            return response
        }
        return response
    }

    private func write(_ event: String, _ id: String, _ body: [UInt8], of count: Int) {
        var fields: JSONObject = ["request_id": .string(id), "bytes": .number(JSONNumber(count))]
        if body.count < count { fields.append("cut", .bool(true)) }
        logger.log(.info, event, fields, body: body)
    }
}

/// Keeps the beginning of what goes through.
private final class CopyingSink: ResponseSink {
    private struct Copy {
        var bytes: [UInt8] = []
        var count = 0
    }

    private let writer: ResponseWriter
    private let copy = Mutex(Copy())

    init(_ writer: ResponseWriter) {
        self.writer = writer
    }

    func write(_ bytes: [UInt8]) async throws(ResponseWriteError) {
        copy.withLock { copy in
            copy.bytes += bytes.prefix(BodyRedaction.maxBytes - copy.bytes.count)
            copy.count += bytes.count
        }
        try await writer.write(bytes)
    }

    func finish(_ take: (_ beginning: [UInt8], _ count: Int) -> Void) {
        let copy = copy.withLock { $0 }
        take(copy.bytes, copy.count)
    }
}
