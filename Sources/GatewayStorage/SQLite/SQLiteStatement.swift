import CSQLite

/// A compiled statement: bind its parameters, then step through its rows.
///
/// Parameters count from 1 and columns from 0, as in SQLite.
package final class SQLiteStatement {
    private var handle: OpaquePointer?
    private let connection: OpaquePointer

    init(handle: OpaquePointer, connection: OpaquePointer) {
        self.handle = handle
        self.connection = connection
    }

    deinit { finalize() }

    func finalize() {
        sqlite3_finalize(handle)
        handle = nil
    }

    // MARK: Parameters

    package func bind(_ place: Int32, _ value: Int) throws(SQLiteError) {
        try check(sqlite3_bind_int64(handle, place, sqlite3_int64(value)))
    }

    package func bind(_ place: Int32, _ value: Int?) throws(SQLiteError) {
        guard let value else { return try bindNull(place) }
        try bind(place, value)
    }

    package func bind(_ place: Int32, _ value: Double) throws(SQLiteError) {
        try check(sqlite3_bind_double(handle, place, value))
    }

    package func bind(_ place: Int32, _ value: Double?) throws(SQLiteError) {
        guard let value else { return try bindNull(place) }
        try bind(place, value)
    }

    package func bind(_ place: Int32, _ value: String?) throws(SQLiteError) {
        guard var value else { return try bindNull(place) }
        // SAFETY: SQLite copies the text before the closure returns.
        let code = value.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) {
                // An empty buffer has no address, and without an address SQLite would bind NULL.
                guard let address = $0.baseAddress else { return csqlite_bind_text(handle, place, "", 0) }
                return csqlite_bind_text(handle, place, address, Int32(clamping: $0.count))
            }
        }
        try check(code)
    }

    package func bind(_ place: Int32, bytes: [UInt8]?) throws(SQLiteError) {
        guard let bytes else { return try bindNull(place) }
        guard !bytes.isEmpty else { return try check(sqlite3_bind_zeroblob(handle, place, 0)) }
        // SAFETY: SQLite copies the bytes before the closure returns.
        try check(
            bytes.withUnsafeBytes { csqlite_bind_bytes(handle, place, $0.baseAddress, Int32(clamping: $0.count)) })
    }

    /// Text of the program itself, which is not copied.
    func bind(_ place: Int32, stable text: StaticString) throws(SQLiteError) {
        let code = text.withUTF8Buffer { text in
            text.withMemoryRebound(to: CChar.self) {
                // SAFETY: a literal stays where it is as long as the program runs.
                csqlite_bind_stable_text(handle, place, $0.baseAddress, Int32(clamping: $0.count))
            }
        }
        try check(code)
    }

    /// Bytes that are not copied: they must stay where they are, and whole, whenever the statement runs.
    func bind(_ place: Int32, stable text: UnsafeBufferPointer<UInt8>) throws(SQLiteError) {
        let code = text.withMemoryRebound(to: CChar.self) {
            csqlite_bind_stable_text(handle, place, $0.baseAddress, Int32(clamping: $0.count))
        }
        try check(code)
    }

    package func bindNull(_ place: Int32) throws(SQLiteError) {
        try check(sqlite3_bind_null(handle, place))
    }

    // MARK: Rows

    /// Goes to the next row; false after the last one.
    package func step() throws(SQLiteError) -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let failure = error(code)
            reset()
            throw failure
        }
    }

    /// Runs a statement without rows and makes it ready for the next parameters; those not bound anew stay.
    package func run() throws(SQLiteError) {
        _ = try step()
        reset()
    }

    package func reset() { sqlite3_reset(handle) }

    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// 0 for NULL.
    package func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

    package func optionalInteger(_ column: Int32) -> Int? { isNull(column) ? nil : integer(column) }

    package func double(_ column: Int32) -> Double? { isNull(column) ? nil : sqlite3_column_double(handle, column) }

    /// Nil for NULL; bytes that are not UTF-8 are repaired.
    package func text(_ column: Int32) -> String? {
        guard let address = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        // SAFETY: the text is SQLite's until the next step; it is copied here.
        return String(decoding: UnsafeBufferPointer(start: address, count: count), as: UTF8.self)
    }

    /// Without making a String of the column.
    package func isText(_ column: Int32, _ text: String) -> Bool {
        guard let address = sqlite3_column_text(handle, column) else { return false }
        let count = Int(sqlite3_column_bytes(handle, column))
        // SAFETY: the text is SQLite's until the next step; it is only compared here.
        return text.utf8.elementsEqual(UnsafeBufferPointer(start: address, count: count))
    }

    /// Shows a column's bytes in place; empty for NULL.
    package func withBytes<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let address = sqlite3_column_blob(handle, column)
        return body(UnsafeRawBufferPointer(start: address, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// After the database is closed its handle must not be asked any more.
    private func error(_ code: Int32) -> SQLiteError {
        handle == nil ? SQLiteError(code, nil) : SQLiteError(code, connection)
    }
}
