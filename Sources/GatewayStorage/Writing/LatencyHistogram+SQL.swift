import CSQLite

extension SQLiteDatabase {
    /// Lets SQL add histograms as it adds numbers: `histogram_sum(a, b)`; NULL is an empty one.
    func defineHistogramSum() throws(SQLiteError) {
        try define("histogram_sum") { context, count, arguments in
            guard let arguments, count == 2 else { return }
            var histogram = LatencyHistogram()
            for place in 0..<2 {
                let bytes = sqlite3_value_blob(arguments[place])
                // SAFETY: the bytes are SQLite's until the function returns, and are only read here.
                histogram.merge(
                    encoded: UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_value_bytes(arguments[place]))))
            }
            histogram.bytes.withUnsafeBytes { csqlite_result_bytes(context, $0.baseAddress, Int32(clamping: $0.count)) }
        }
    }
}
