import GatewayCore
import Synchronization

/// Answers token requests from a script, and keeps them.
final class TokenTransport: Transport {
    private struct State {
        var answers: [(status: Int, body: String)]
        var requests: [TransportRequest] = []
    }

    private let state: Mutex<State>

    init(_ answers: (status: Int, body: String)...) {
        state = Mutex(State(answers: answers))
    }

    init(answers: [(status: Int, body: String)]) {
        state = Mutex(State(answers: answers))
    }

    var requests: [TransportRequest] { state.withLock { $0.requests } }

    /// The members of the latest request's form, as they are encoded.
    var form: [String: String] {
        let text = String(decoding: requests.last?.body ?? [], as: UTF8.self)
        let pairs = text.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { first, _ in first }
    }

    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        let answer = state.withLock { state -> (status: Int, body: String)? in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else { throw .unreachable(detail: "no answer is left") }
        return TransportResponse(status: answer.status, headers: [:], body: TokenBody(answer.body))
    }
}

private final class TokenBody: TransportBody {
    private let rest: Mutex<[UInt8]?>

    init(_ text: String) { rest = Mutex(Array(text.utf8)) }

    func next() async throws(TransportError) -> [UInt8]? {
        rest.withLock { rest in
            defer { rest = nil }
            return rest
        }
    }

    func cancel() {}
}

/// Files by their paths.
struct TokenFiles: FileReader {
    var files: [String: String]

    func read(_ path: String, upTo limit: Int) async throws(FileReadError) -> [UInt8] {
        guard let text = files[path] else { throw .notFound }
        guard text.utf8.count <= limit else { throw .tooLarge(limit: limit) }
        return Array(text.utf8)
    }
}
