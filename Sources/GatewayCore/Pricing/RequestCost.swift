/// What a request cost, in 10^-12 USD: exact for every price that has at most six decimals per million tokens.
///
/// Nil is unknown, never free; `note` then says why.
public struct RequestCost: Sendable, Hashable {
    /// Of the input that no cache held.
    public var input: Int64?
    public var output: Int64?
    public var cacheWrite: Int64?
    public var cacheRead: Int64?
    /// What is billed by the request and not by its tokens, such as web searches; nil where there was nothing of it.
    public var fees: Int64?
    public var total: Int64?
    /// Where the prices came from: `built-in`, `refreshed`, `configuration`; `provider` when the provider itself named
    /// the amount.
    public var source: String?
    public var note: String?

    public init(
        input: Int64? = nil, output: Int64? = nil, cacheWrite: Int64? = nil, cacheRead: Int64? = nil,
        fees: Int64? = nil, total: Int64? = nil, source: String? = nil, note: String? = nil
    ) {
        self.input = input
        self.output = output
        self.cacheWrite = cacheWrite
        self.cacheRead = cacheRead
        self.fees = fees
        self.total = total
        self.source = source
        self.note = note
    }

    package init(unknown reason: UnknownCost) {
        self.init(note: reason.description)
    }

    /// As the APIs give it: amounts in USD as exact decimal numbers, null where unknown.
    package var json: JSONObject {
        var object = JSONObject()
        for (name, amount) in [
            ("input", input), ("output", output), ("cache_write", cacheWrite), ("cache_read", cacheRead),
            ("fees", fees), ("total", total),
        ] where amount != nil || name == "total" {
            object.append(name, Self.usd(amount))
        }
        object.append("currency", "USD")
        object.append("source", ifPresent: source.map { .string($0) })
        object.append("note", ifPresent: note.map { .string($0) })
        return object
    }

    /// A number in USD, or null.
    package static func usd(_ pico: Int64?) -> JSONValue {
        guard let pico else { return .null }
        return .number(JSONNumber(validText: PicoUSD.decimalUSD(pico)))
    }
}
