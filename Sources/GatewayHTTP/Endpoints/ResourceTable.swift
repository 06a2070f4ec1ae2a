import GatewayCore

/// The addresses of OpenAI's other APIs, which are passed on as they are.
enum ResourceTable {
    /// The methods that each API takes, by its segments below `/v1`; `*` is an identifier.
    private static let rows: [(pattern: [String], methods: [String], isOfModel: Bool)] = [
        (["images", "generations"], ["POST"], true), (["images", "edits"], ["POST"], true),
        (["images", "variations"], ["POST"], true), (["audio", "speech"], ["POST"], true),
        (["audio", "transcriptions"], ["POST"], true), (["audio", "translations"], ["POST"], true),
        (["responses", "compact"], ["POST"], false), (["moderations"], ["POST"], false), (["rerank"], ["POST"], false),
        (["files"], ["GET", "POST"], false), (["files", "*"], ["GET", "DELETE"], false),
        (["files", "*", "content"], ["GET"], false), (["batches"], ["GET", "POST"], false),
        (["batches", "*"], ["GET"], false), (["batches", "*", "cancel"], ["POST"], false),
    ]

    /// Nil for every other address.
    static func endpoint(_ segments: ArraySlice<String>, _ request: ServerRequest) -> Endpoint? {
        guard let row = rows.first(where: { matches(segments, $0.pattern) }) else { return nil }
        let path = "/" + segments.joined(separator: "/") + (query(of: request.target).map { "?" + $0 } ?? "")
        let resource = ResourceRequest(
            method: request.method, path: path, contentType: request.headers["content-type"], isOfModel: row.isOfModel)
        return .resource(resource, methods: row.methods)
    }

    /// Whether the body is a file that nothing of the request's way depends on.
    static func isUpload(_ resource: ResourceRequest) -> Bool {
        resource.method == "POST" && resource.path.prefix { $0 != "?" } == "/files"
            && resource.contentType?.lowercased().hasPrefix("multipart/form-data") == true
    }

    private static func matches(_ segments: ArraySlice<String>, _ pattern: [String]) -> Bool {
        guard segments.count == pattern.count else { return false }
        return zip(segments, pattern).allSatisfy { $1 == "*" ? isIdentifier($0) : $0 == $1 }
    }

    /// `file-abc`, `batch_abc`: nothing that means something in an address.
    private static func isIdentifier(_ segment: String) -> Bool {
        (1...256).contains(segment.utf8.count)
            && segment.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// Without the client's key, should it stand there.
    static func query(of target: RequestTarget) -> String? {
        guard let query = target.query else { return nil }
        let kept = query.split(separator: "&").filter { !$0.hasPrefix("key=") }
        return kept.isEmpty ? nil : kept.joined(separator: "&")
    }
}
