import GatewayCore

extension UsageReader {
    /// Everything the database holds of one request, by the names of its columns; nil when there is none of that
    /// identifier. Costs are in USD.
    package func request(_ id: String) throws(StorageFailure) -> JSONObject? {
        try reading { () throws(SQLiteError) in
            // A file that no gateway of this version has opened yet lacks the newest ones.
            let shown = schemaVersion < 4 ? Self.shown.filter { !$0.hasPrefix("saved_") } : Self.shown
            let table = schemaVersion < Self.summaryVersion ? "requests_usd" : "request_by_id"
            let statement = try database.statement(
                "SELECT \(shown.joined(separator: ", ")) FROM \(table) WHERE request_id = ? LIMIT 1")
            defer { statement.reset() }
            try statement.bind(1, id)
            guard try statement.step() else { return nil }
            var object = JSONObject()
            for (place, name) in shown.enumerated() {
                let column = Int32(place)
                guard !statement.isNull(column), let text = statement.text(column) else { continue }
                object.append(Self.shownName(of: name), Self.value(name, text, statement.integer(column)))
            }
            return object
        }
    }

    /// What is kept in 10^-12 USD is shown in USD, and named so.
    private static func shownName(of column: String) -> String {
        column.hasSuffix("_pico") ? column.dropLast("pico".count) + "usd" : column
    }

    private static func value(_ name: String, _ text: String, _ integer: Int) -> JSONValue {
        if name.hasSuffix("_pico") { return RequestCost.usd(Int64(integer)) }
        if documents.contains(name) { return (try? JSONValue(parsing: Array(text.utf8))) ?? .string(text) }
        return numbers.contains(name) ? .number(JSONNumber(integer)) : .string(text)
    }

    /// Columns that hold JSON; what is not, such as a damaged one, is shown as the text it is.
    private static let documents: Set<String> = ["attempt_log", "metadata", "usage_details", "warnings"]

    private static let texts = [
        "request_id", "time", "api_key_name", "endpoint", "client_format", "model", "route_rule", "route_name",
        "provider", "instance", "provider_model", "status", "error_type", "error_message", "session_id", "cache_state",
        "service_tier", "cost_source", "cost_note",
    ]

    private static let numbers: Set<String> = [
        "is_stream", "is_relayed", "http_status", "attempts", "duration_ms", "ttfb_ms", "input_tokens",
        "output_tokens", "total_tokens", "cache_creation_input_tokens", "cache_creation_1h_input_tokens",
        "cache_read_input_tokens", "reasoning_tokens", "usage_estimated", "warning_count", "saved_input_tokens",
        "saved_output_tokens",
    ]

    private static let amounts = [
        "input_cost_pico", "cache_read_cost_pico", "cache_write_cost_pico", "output_cost_pico", "fee_cost_pico",
        "total_cost_pico", "saved_cost_pico",
    ]

    private static let shown = texts + numbers.sorted() + amounts + documents.sorted()
}
