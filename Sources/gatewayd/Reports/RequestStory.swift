import GatewayCore

/// One request's row, told in order: who asked for what, where it went, what came of it, what it cost.
struct RequestStory {
    private let request: JSONObject

    init(_ request: JSONObject) {
        self.request = request
    }

    var text: String {
        var lines = [
            ("Request", word("request_id")), ("When", word("time")), ("Asked", asked), ("Routed", routed),
        ]
        lines += attempts
        lines += [("Ended", ended), ("Took", took), ("Tokens", tokens), ("Cost", cost), ("Saved", saved)]
        if let fields = request["metadata"]?.object {
            lines.append(
                ("Metadata", fields.map { "\($0.key)=\(Readable.name($0.value.string ?? ""))" }.joined(separator: ", "))
            )
        }
        for note in request["warnings"]?.array ?? [] {
            lines.append(
                (
                    "Lost",
                    "\(note["action"]?.string ?? "") \(note["pointer"]?.string ?? ""): \(note["message"]?.string ?? "")"
                ))
        }
        return Readable.list(lines.filter { !$0.1.isEmpty })
    }

    private var asked: String {
        let key = request["api_key_name"]?.string.map { "key \($0), " } ?? ""
        let kind = int("is_stream") == 1 ? "a stream" : "a whole reply"
        return "\(key)\(word("endpoint")) in the format \(word("client_format")), model \(word("model")), for \(kind)"
    }

    private var routed: String {
        guard request["provider"] != nil else { return "" }
        let rule = request["route_rule"]?.string.map { rule in
            "by \(rule)" + (request["route_name"]?.string.map { " \"\(Readable.name($0))\"" } ?? "") + " "
        }
        let way = int("is_relayed") == 1 ? "passed through" : "converted"
        return "\(rule ?? "")to \(word("provider")), model \(word("provider_model")), \(way)"
    }

    private var attempts: [(String, String)] {
        guard let log = request["attempt_log"]?.array else {
            return int("attempts") == 1 ? [("Attempt 1", "\(word("instance")) answered")] : []
        }
        return log.enumerated().map { place, attempt in
            let status = attempt["http_status"]?.int.map { "HTTP \($0)" } ?? "no answer"
            var text = "\(attempt["instance"]?.string ?? "") (\(attempt["model"]?.string ?? "")): \(status)"
            text += " after \(attempt["duration_ms"]?.int ?? 0) ms"
            if let error = attempt["error_type"]?.string {
                text += ", \(error): \(Readable.name(attempt["error_message"]?.string ?? ""))"
            }
            if let next = attempt["then"]?.string { text += "; then \(next)" }
            return ("Attempt \(place + 1)", text)
        }
    }

    private var ended: String {
        let error = request["error_type"]?.string.map { ", \($0): \(request["error_message"]?.string ?? "")" } ?? ""
        return "\(word("status")), the client was answered \(int("http_status") ?? 0)\(error)"
    }

    private var took: String {
        let first = int("ttfb_ms").map { ", first byte after \($0) ms" } ?? ""
        return "\(int("duration_ms") ?? 0) ms\(first)"
    }

    private var tokens: String {
        guard int("input_tokens") != nil || int("output_tokens") != nil else { return "" }
        var parts = ["\(Readable.number(int("input_tokens") ?? 0)) in"]
        for (name, what) in [
            ("cache_read_input_tokens", "read from a cache"), ("cache_creation_input_tokens", "written to a cache"),
        ] {
            if let count = int(name), count > 0 { parts.append("\(Readable.number(count)) of them \(what)") }
        }
        parts.append("\(Readable.number(int("output_tokens") ?? 0)) out")
        if let count = int("reasoning_tokens"), count > 0 {
            parts.append("\(Readable.number(count)) of them reasoning")
        }
        if int("usage_estimated") == 1 { parts.append("estimated") }
        return parts.joined(separator: ", ")
    }

    private var cost: String {
        guard let total = amount("total_cost_usd") else {
            return request["cost_note"]?.string.map { "unknown: \($0)" } ?? ""
        }
        let parts = [
            ("input", "input_cost_usd"), ("cache reads", "cache_read_cost_usd"),
            ("cache writes", "cache_write_cost_usd"), ("output", "output_cost_usd"), ("fees", "fee_cost_usd"),
        ].compactMap { name, key in amount(key).map { "\(name) $\($0)" } }
        let detail = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
        let source = request["cost_source"]?.string.map { ", prices: \($0)" } ?? ""
        return "$\(total)\(detail)\(source)"
    }

    /// By an answer of the cache.
    private var saved: String {
        guard let input = int("saved_input_tokens") else { return "" }
        let cost = amount("saved_cost_usd").map { ", $\($0)" } ?? ""
        return "\(Readable.number(input)) in, \(Readable.number(int("saved_output_tokens") ?? 0)) out\(cost)"
    }

    private func amount(_ key: String) -> String? {
        guard case .number(let number)? = request[key] else { return nil }
        return number.text
    }

    private func int(_ key: String) -> Int? { request[key]?.int }

    /// Names come from clients.
    private func word(_ key: String) -> String { request[key]?.string.map(Readable.name) ?? "unknown" }
}
