import CSQLite

/// One connection to a database file.
///
/// A connection belongs to the thread that uses it: SQLite is told to take no locks of its own, and the type is not
/// `Sendable`, so the compiler keeps it where it was made.
package final class SQLiteDatabase {
    package enum Access: Sendable {
        /// Makes the file when it is missing.
        case readWrite
        /// For writing too, and the file must exist.
        case existing
        /// The file must exist.
        case readOnly
        /// For files in folders that cannot be written to and that no process writes: without lock and log files.
        case immutable
    }

    private var connection: OpaquePointer?
    private var statements: [String: SQLiteStatement] = [:]

    /// - Parameter busyTimeout: how long a step waits for another connection that writes.
    package init(path: String, _ access: Access, busyTimeout: Duration = .seconds(5)) throws(SQLiteError) {
        var name = path
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        var fileSystem: String?
        switch access {
        case .readWrite:
            flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            fileSystem = CommitFileSystem.name
        case .existing: flags |= SQLITE_OPEN_READWRITE
        case .readOnly: flags |= SQLITE_OPEN_READONLY
        case .immutable:
            flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            name = "file:\(Self.percentEncoded(path))?immutable=1"
        }
        let code = sqlite3_open_v2(name, &connection, flags, fileSystem)
        guard code == SQLITE_OK else {
            let error = SQLiteError(code, connection)
            close()
            throw error
        }
        sqlite3_busy_timeout(connection, Int32(clamping: busyTimeout.milliseconds))
    }

    deinit { close() }

    /// Ends the connection; later uses throw. Closing the last one empties and removes the write-ahead log.
    package func close() {
        for statement in statements.values { statement.finalize() }
        statements = [:]
        // A statement that someone still holds is finalized by its deinit, and the connection ends with the last one.
        sqlite3_close_v2(connection)
        connection = nil
    }

    /// A statement ready for new parameters; compiled once for each text.
    package func statement(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        if let known = statements[sql] {
            known.reset()
            return known
        }
        let made = try prepare(sql)
        statements[sql] = made
        return made
    }

    /// Runs statements that have neither parameters nor results, separated by semicolons.
    package func execute(_ sql: String) throws(SQLiteError) {
        guard let connection else { throw Self.closed }
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code, connection) }
    }

    /// The first column of the first row; nil when there is no row or it is NULL.
    package func integer(_ sql: String) throws(SQLiteError) -> Int? {
        let statement = try statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.optionalInteger(0) : nil
    }

    /// The first column of the first row; nil when there is no row or it is NULL.
    package func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) : nil
    }

    /// All of `work`, or nothing of it. Takes the lock for writing at once, so that it cannot fail half-way for want of it.
    package func transaction(_ work: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        try run("BEGIN IMMEDIATE")
        do {
            try work()
            try run("COMMIT")
        } catch {
            // A failure that already ended the transaction leaves nothing to roll back, and only the first one matters.
            if sqlite3_get_autocommit(connection) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    /// A function of two values as SQLite calls it: the context for its result, and its arguments with their number.
    typealias BinaryFunction =
        @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void

    /// Makes a function of two values, whose result depends on nothing else, known to this connection's statements.
    func define(_ name: String, _ function: BinaryFunction) throws(SQLiteError) {
        let code = sqlite3_create_function_v2(
            connection, name, 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nil, function, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code, connection) }
    }

    /// Rows that the latest INSERT, UPDATE or DELETE changed.
    package var changedRows: Int { Int(sqlite3_changes64(connection)) }

    private func run(_ sql: String) throws(SQLiteError) {
        let statement = try statement(sql)
        defer { statement.reset() }
        _ = try statement.step()
    }

    private func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        guard let connection else { throw Self.closed }
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw SQLiteError(code, connection) }
        return SQLiteStatement(handle: handle, connection: connection)
    }

    private static let closed = SQLiteError(code: SQLITE_MISUSE, message: "the database is closed")

    /// RFC 3986 section 2.1, as SQLite's URI file names want it.
    private static func percentEncoded(_ path: String) -> String {
        var encoded = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"), 0...0x20, 0x7F...:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            default: encoded.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return encoded
    }
}

extension Duration {
    package var milliseconds: Int {
        // Up to nine seconds fit 64 bits, and most durations are shorter.
        if let attoseconds = Int64(exactly: attoseconds) { return Int(attoseconds / 1_000_000_000_000_000) }
        return Int(clamping: attoseconds / 1_000_000_000_000_000)
    }
}
