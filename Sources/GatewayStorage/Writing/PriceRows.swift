import GatewayCore

/// The prices in force, for programs that read the database: the table `model_prices`.
///
/// A row has the standard tier's price of requests of usual length; `details` has everything, as `gatewayd prices --json`
/// gives it. Costs are computed from the program's own prices, never from here.
enum PriceRows {
    /// A price without a first day holds since ever.
    private static let sinceEver = "1970-01-01"

    /// Replaces all rows.
    ///
    /// - Parameter now: milliseconds since 1970.
    static func write(_ book: PriceBook, to database: SQLiteDatabase, now: Int) throws(SQLiteError) {
        try database.execute("DELETE FROM model_prices")
        // The one that counts stands first; others of the same day are hidden by it.
        let statement = try database.statement(
            """
            INSERT OR IGNORE INTO model_prices (provider, model, effective_date, input_price, output_price,
            cache_write_price, cache_write_1h_price, cache_read_price, details, source, notes, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for price in book.all {
            let rates = price.bands.first { $0.tier == .standard && $0.inputAbove == 0 && $0.minutes == nil }?.rates
            let texts: [String?] = [
                price.provider, price.model, price.firstDay.map { Timestamp.date(day: $0) } ?? sinceEver,
                rates?.input.perMillion, rates?.output?.perMillion, rates?.cacheWrite?.perMillion,
                rates?.cacheWriteLong?.perMillion, rates?.cacheRead?.perMillion,
                JSONValue.object(price.json).serializedString, price.source,
                [price.origin.rawValue, price.checked.map { "read on \($0)" }].compactMap { $0 }.joined(
                    separator: ", "),
            ]
            for (place, text) in texts.enumerated() { try statement.bind(Int32(place) + 1, text) }
            try statement.bind(Int32(texts.count) + 1, now)
            try statement.run()
        }
    }
}
