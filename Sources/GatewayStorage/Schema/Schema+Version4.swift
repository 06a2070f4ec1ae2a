extension Schema {
    /// What answers of the response cache saved: the tokens that the provider counted when it gave them, and what those would
    /// have cost. NULL in `requests` where no cached answer was given, or where nobody knows.
    static let version4 = Migration(
        version: 4,
        sql: """
            ALTER TABLE requests ADD COLUMN saved_input_tokens INTEGER;
            ALTER TABLE requests ADD COLUMN saved_output_tokens INTEGER;
            ALTER TABLE requests ADD COLUMN saved_cost_pico INTEGER;
            ALTER TABLE usage_hourly ADD COLUMN saved_input_tokens INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE usage_hourly ADD COLUMN saved_output_tokens INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE usage_hourly ADD COLUMN saved_cost_pico INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE usage_hourly_metadata ADD COLUMN saved_input_tokens INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE usage_hourly_metadata ADD COLUMN saved_output_tokens INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE usage_hourly_metadata ADD COLUMN saved_cost_pico INTEGER NOT NULL DEFAULT 0;

            """)
}
