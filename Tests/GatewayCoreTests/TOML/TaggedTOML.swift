@testable import GatewayCore

extension TOMLTable {
    /// The document in the tagged JSON of toml-lang/toml-test.
    var tagged: JSONValue {
        .object(JSONObject(entries.map { ($0.key, $0.item.value.tagged) }))
    }
}

extension TOMLValue {
    fileprivate var tagged: JSONValue {
        switch self {
        case .string(let text): scalar("string", text)
        case .integer(let number): scalar("integer", String(number))
        case .float(let number): scalar("float", number.isNaN ? "nan" : String(number))
        case .boolean(let flag): scalar("bool", String(flag))
        case .dateTime(let dateTime):
            switch dateTime {
            case .offset: scalar("datetime", "\(dateTime)")
            case .local: scalar("datetime-local", "\(dateTime)")
            case .date: scalar("date-local", "\(dateTime)")
            case .time: scalar("time-local", "\(dateTime)")
            }
        case .array(let items): .array(items.map { $0.value.tagged })
        case .table(let table): table.tagged
        }
    }

    private func scalar(_ type: String, _ value: String) -> JSONValue {
        ["type": .string(type), "value": .string(value)]
    }
}
