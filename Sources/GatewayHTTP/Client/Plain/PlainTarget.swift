import GatewayCore

/// Where a request goes, and with which head.
///
/// One that is remembered holds its head ready but for the length: an instance is sent the same fields each time.
final class PlainTarget: @unchecked Sendable {
    // SAFETY: `origin` is used on the client's loop only; all else is constant.

    let url: PlainURL
    /// Request line and fields, as they were sent before; empty where they are still to be written.
    let head: [UInt8]
    private let method: String
    private let text: String
    private let fields: HTTPFields
    var origin: PlainOrigin?

    init(_ request: borrowing TransportRequest, _ url: PlainURL, head: [UInt8] = []) {
        self.url = url
        self.head = head
        method = request.method
        text = request.url
        fields = request.headers
    }

    /// Whether the request is the same but for its body. Fields that only look the same are others: comparing them would cost
    /// as much as writing them.
    func fits(_ request: borrowing TransportRequest) -> Bool {
        fields.isIdentical(to: request.headers) && text.hasSameUTF8(as: request.url)
            && method.hasSameUTF8(as: request.method)
    }
}

/// The targets of requests that came more than once, those of one event loop.
struct PlainTargets {
    private static let most = 32

    private var known: [PlainTarget] = []
    /// The latest that was not known: most come once, as those whose fields belong to one client.
    private var latest: PlainTarget?
    /// The place that the next one takes.
    private var next = 0

    func first(for request: borrowing TransportRequest) -> PlainTarget? {
        for place in known.indices where known[place].fits(request) { return known[place] }
        return nil
    }

    /// Takes note of a target that was not known, and remembers it when it comes for the second time.
    mutating func note(_ target: PlainTarget, of request: TransportRequest, head: () -> [UInt8]) {
        guard latest?.fits(request) == true else {
            latest = target
            return
        }
        latest = nil
        let target = PlainTarget(request, target.url, head: head())
        guard known.count == Self.most else { return known.append(target) }
        known[next] = target
        next = (next + 1) % Self.most
    }
}
