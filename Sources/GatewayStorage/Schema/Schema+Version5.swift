extension Schema {
    /// What makes look-ups and reports quick on millions of requests.
    ///
    /// `requests_by_identifier` is sorted within blocks of 1024 rows only. Identifiers are random: an index of all of them
    /// in one order touches a page of its own for each record, which makes writing one half as dear again (measured on
    /// 300,000 records); this one touches the pages of the newest block. A look-up asks each block, a thousand for a
    /// million requests, and takes two milliseconds; the view `request_by_id` says how. (`version6` has smaller blocks.)
    ///
    /// The tables of sums beside `usage_hourly` and `usage_hourly_metadata` have fewer rows, for reports over long times.
    /// They are made from those tables when an hour is over (`UsageSummaries`).
    static let version5 = Migration(
        version: 5,
        sql: """
            CREATE INDEX requests_by_identifier ON requests (id >> 10, request_id);
            CREATE VIEW request_by_id AS
                WITH RECURSIVE block (number) AS (
                    SELECT max(id) >> 10 FROM requests UNION ALL
                    SELECT number - 1 FROM block WHERE number > (SELECT min(id) >> 10 FROM requests))
                SELECT requests_usd.* FROM block CROSS JOIN requests_usd ON requests_usd.id >> 10 = block.number;
            CREATE INDEX requests_warned ON requests (timestamp) WHERE warning_count > 0;
            CREATE INDEX requests_retried ON requests (date, instance) WHERE attempts > 1;
            CREATE TABLE failures_hourly (
                hour INTEGER NOT NULL,
                provider TEXT NOT NULL,
                error_type TEXT NOT NULL,
                http_status INTEGER NOT NULL,
                requests INTEGER NOT NULL,
                latest INTEGER NOT NULL,
                PRIMARY KEY (hour, provider, error_type, http_status)
            ) WITHOUT ROWID;
            INSERT INTO failures_hourly
                SELECT timestamp / 3600000, ifnull(provider, ''), ifnull(error_type, ''), http_status, count(*),
                max(timestamp) FROM requests WHERE status <> 'success' GROUP BY 1, 2, 3, 4;
            CREATE TABLE usage_daily (
                day INTEGER NOT NULL,
                api_key_name TEXT NOT NULL,
                provider TEXT NOT NULL,
                model TEXT NOT NULL,
                \(columns(of: sums + saved))
                PRIMARY KEY (day, api_key_name, provider, model)
            ) WITHOUT ROWID;
            CREATE TABLE usage_hourly_values (
                field TEXT NOT NULL,
                hour INTEGER NOT NULL,
                value TEXT NOT NULL,
                api_key_name TEXT NOT NULL,
                \(columns(of: sums + saved))
                PRIMARY KEY (field, hour, value, api_key_name)
            ) WITHOUT ROWID;

            """)

    private static let saved = ["saved_input_tokens", "saved_output_tokens", "saved_cost_pico"]
}
