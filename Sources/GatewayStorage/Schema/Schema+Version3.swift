extension Schema {
    /// Sums for the response cache and of estimates, and sums by what clients say of their requests in `x-gateway.metadata`.
    ///
    /// A request with several fields is counted under each of them, so sums over different fields are not added up.
    static let version3 = Migration(
        version: 3,
        sql: """
            ALTER TABLE usage_hourly ADD COLUMN cache_hits INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE usage_hourly ADD COLUMN cache_misses INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE usage_hourly ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0;
            CREATE TABLE usage_hourly_metadata (
                field TEXT NOT NULL,
                hour INTEGER NOT NULL,
                value TEXT NOT NULL,
                api_key_name TEXT NOT NULL,
                provider TEXT NOT NULL,
                model TEXT NOT NULL,
                \(columns(of: sums))
                PRIMARY KEY (field, hour, value, api_key_name, provider, model)
            ) WITHOUT ROWID;

            """)

    static func columns(of sums: [String]) -> String {
        sums.map { "\($0) INTEGER NOT NULL DEFAULT 0,\n" }.joined() + "duration_histogram BLOB,\nttfb_histogram BLOB,"
    }

    static let sums = [
        "requests", "successes", "failures", "business_errors", "timeouts", "cancelled", "streams", "retried", "warned",
        "counted", "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens",
        "reasoning_tokens", "priced", "total_cost_pico", "duration_ms", "cache_hits", "cache_misses", "estimated",
    ]
}
