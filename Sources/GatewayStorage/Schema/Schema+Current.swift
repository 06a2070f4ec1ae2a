extension Schema {
    /// What this gateway writes. A version that was released never changes: changes are new versions.
    package static let current = Schema([version1, version2, version3, version4, version5, version6, version7])

    private static let version1 = Migration(
        version: 1, sql: requests + usage + failoverEvents + modelPrices + quotaSnapshots + runs)

    /// One row for each request, and a view of them in USD.
    ///
    /// Times are milliseconds since 1970, `date` and `hour` are UTC. Costs are in 10^-12 USD, exact for every price that
    /// has at most six decimals per million tokens; NULL is unknown.
    private static let requests = """
        CREATE TABLE requests (
            id INTEGER PRIMARY KEY,
            request_id TEXT NOT NULL,
            timestamp INTEGER NOT NULL,
            date TEXT NOT NULL,
            hour INTEGER NOT NULL,
            api_key_name TEXT,
            provider TEXT,
            instance TEXT,
            model TEXT,
            provider_model TEXT,
            endpoint TEXT,
            client_format TEXT,
            is_stream INTEGER NOT NULL,
            is_relayed INTEGER NOT NULL,
            status TEXT NOT NULL,
            http_status INTEGER NOT NULL,
            error_type TEXT,
            error_message TEXT,
            attempts INTEGER NOT NULL,
            duration_ms INTEGER NOT NULL,
            ttfb_ms INTEGER,
            input_tokens INTEGER,
            output_tokens INTEGER,
            total_tokens INTEGER,
            cache_creation_input_tokens INTEGER,
            cache_creation_1h_input_tokens INTEGER,
            cache_read_input_tokens INTEGER,
            reasoning_tokens INTEGER,
            input_cost_pico INTEGER,
            output_cost_pico INTEGER,
            cache_write_cost_pico INTEGER,
            cache_read_cost_pico INTEGER,
            total_cost_pico INTEGER,
            cost_note TEXT,
            session_id TEXT,
            warning_count INTEGER NOT NULL,
            warnings TEXT,
            created_at INTEGER NOT NULL
        );
        CREATE INDEX requests_by_time ON requests (timestamp);
        CREATE INDEX requests_failed ON requests (timestamp, provider, error_type, http_status)
            WHERE status <> 'success';
        CREATE VIEW requests_usd AS SELECT
            strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / 1000.0, 'unixepoch') AS time,
            input_cost_pico / 1e12 AS input_cost, output_cost_pico / 1e12 AS output_cost,
            cache_write_cost_pico / 1e12 AS cache_write_cost, cache_read_cost_pico / 1e12 AS cache_read_cost,
            total_cost_pico / 1e12 AS total_cost, * FROM requests;

        """

    /// What the reports read: one row for each hour, key, provider and model, kept up to date with every batch.
    /// `hour` counts hours since 1970; `model` is the provider's name of it, where one was reached.
    private static let usage = """
        CREATE TABLE usage_hourly (
            hour INTEGER NOT NULL,
            api_key_name TEXT NOT NULL,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            requests INTEGER NOT NULL DEFAULT 0,
            successes INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            business_errors INTEGER NOT NULL DEFAULT 0,
            timeouts INTEGER NOT NULL DEFAULT 0,
            cancelled INTEGER NOT NULL DEFAULT 0,
            streams INTEGER NOT NULL DEFAULT 0,
            retried INTEGER NOT NULL DEFAULT 0,
            warned INTEGER NOT NULL DEFAULT 0,
            counted INTEGER NOT NULL DEFAULT 0,
            input_tokens INTEGER NOT NULL DEFAULT 0,
            output_tokens INTEGER NOT NULL DEFAULT 0,
            cache_creation_input_tokens INTEGER NOT NULL DEFAULT 0,
            cache_read_input_tokens INTEGER NOT NULL DEFAULT 0,
            reasoning_tokens INTEGER NOT NULL DEFAULT 0,
            priced INTEGER NOT NULL DEFAULT 0,
            total_cost_pico INTEGER NOT NULL DEFAULT 0,
            duration_ms INTEGER NOT NULL DEFAULT 0,
            duration_histogram BLOB,
            ttfb_histogram BLOB,
            PRIMARY KEY (hour, api_key_name, provider, model)
        ) WITHOUT ROWID;
        CREATE VIEW usage_hourly_usd AS SELECT
            strftime('%Y-%m-%dT%H:00Z', hour * 3600, 'unixepoch') AS time, total_cost_pico / 1e12 AS total_cost, *
            FROM usage_hourly;

        """

    private static let failoverEvents = """
        CREATE TABLE failover_events (
            id INTEGER PRIMARY KEY,
            timestamp INTEGER NOT NULL,
            event TEXT NOT NULL,
            provider TEXT NOT NULL,
            instance TEXT NOT NULL,
            request_id TEXT,
            error_type TEXT,
            error_message TEXT,
            failures INTEGER,
            retry_at INTEGER
        );
        CREATE INDEX failover_events_by_time ON failover_events (timestamp);
        CREATE INDEX failover_events_by_instance ON failover_events (provider, instance, timestamp);

        """

    /// USD per million tokens as decimal text, which keeps every digit. A NULL price is unknown, not free.
    private static let modelPrices = """
        CREATE TABLE model_prices (
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            effective_date TEXT NOT NULL,
            input_price TEXT,
            output_price TEXT,
            cache_write_price TEXT,
            cache_write_1h_price TEXT,
            cache_read_price TEXT,
            details TEXT,
            source TEXT,
            notes TEXT,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (provider, model, effective_date)
        ) WITHOUT ROWID;

        """

    private static let quotaSnapshots = """
        CREATE TABLE quota_snapshots (
            id INTEGER PRIMARY KEY,
            timestamp INTEGER NOT NULL,
            provider TEXT NOT NULL,
            instance TEXT NOT NULL,
            auth_mode TEXT,
            state TEXT NOT NULL,
            five_hour_percent REAL,
            five_hour_resets_at INTEGER,
            seven_day_percent REAL,
            seven_day_resets_at INTEGER,
            seven_day_sonnet_percent REAL,
            seven_day_sonnet_resets_at INTEGER,
            error_message TEXT
        );
        CREATE INDEX quota_snapshots_by_instance ON quota_snapshots (provider, instance, timestamp);

        """

    /// One row for each start of the gateway, and what the store remembers between starts.
    private static let runs = """
        CREATE TABLE gateway_runs (
            id INTEGER PRIMARY KEY,
            version TEXT NOT NULL,
            process_id INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            stopped_at INTEGER
        );
        CREATE TABLE store_facts (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) WITHOUT ROWID;

        """

    /// How a request was routed, what each attempt did, and what its price was made from.
    ///
    /// `attempt_log` is a JSON array, NULL for the many requests whose only attempt answered: the row itself tells of that
    /// one.
    private static let version2 = Migration(
        version: 2,
        sql: """
            ALTER TABLE requests ADD COLUMN route_rule TEXT;
            ALTER TABLE requests ADD COLUMN route_name TEXT;
            ALTER TABLE requests ADD COLUMN attempt_log TEXT;
            ALTER TABLE requests ADD COLUMN cache_state TEXT;
            ALTER TABLE requests ADD COLUMN metadata TEXT;
            ALTER TABLE requests ADD COLUMN service_tier TEXT;
            ALTER TABLE requests ADD COLUMN usage_details TEXT;
            ALTER TABLE requests ADD COLUMN usage_estimated INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE requests ADD COLUMN fee_cost_pico INTEGER;
            ALTER TABLE requests ADD COLUMN cost_source TEXT;
            DROP VIEW requests_usd;
            CREATE VIEW requests_usd AS SELECT
                strftime('%Y-%m-%dT%H:%M:%fZ', timestamp / 1000.0, 'unixepoch') AS time,
                input_cost_pico / 1e12 AS input_cost, output_cost_pico / 1e12 AS output_cost,
                cache_write_cost_pico / 1e12 AS cache_write_cost, cache_read_cost_pico / 1e12 AS cache_read_cost,
                fee_cost_pico / 1e12 AS fee_cost, total_cost_pico / 1e12 AS total_cost,
                CASE WHEN is_stream THEN ttfb_ms END AS ttft_ms,
                output_tokens * 1000.0 / nullif(duration_ms - CASE WHEN is_stream THEN ifnull(ttfb_ms, 0) ELSE 0 END, 0)
                    AS tokens_per_second,
                * FROM requests;

            """)
}
