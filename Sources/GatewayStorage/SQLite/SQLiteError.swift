import CSQLite
import Glibc

/// What SQLite refused, in its own words.
public struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
    /// SQLite's extended result code; its lowest byte is the primary one.
    public var code: Int32
    public var message: String

    public init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    init(_ code: Int32, _ connection: OpaquePointer?) {
        // SQLite keeps this only for some of its failures; no call that succeeded since changes it.
        let reason = errno
        self.code = code
        guard let connection, sqlite3_errcode(connection) & 0xFF == code & 0xFF else {
            message = String(cString: sqlite3_errstr(code))
            return
        }
        message = String(cString: sqlite3_errmsg(connection))
        guard code & 0xFF == SQLITE_IOERR else { return }
        if reason != 0 { message += ": " + String(cString: strerror(reason)) }
        // A file that turned read-only while it was open: SQLite only looks when it opens one.
        if [EROFS, EPERM, EACCES].contains(reason) { self.code = SQLITE_READONLY }
    }

    public var description: String { "\(message) (SQLite code \(code))" }
}

extension SQLiteError {
    /// The kinds of failure that somebody can do something about.
    package enum Kind: String, Sendable {
        case diskFull = "disk_full"
        case readOnly = "read_only"
        case cannotOpen = "cannot_open"
        case damaged
        case busy
        case inputOutput = "io_error"
        case other
    }

    package var kind: Kind {
        switch code & 0xFF {
        case SQLITE_FULL: .diskFull
        case SQLITE_READONLY, SQLITE_PERM: .readOnly
        case SQLITE_CANTOPEN: .cannotOpen
        case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_IOERR: .inputOutput
        default: .other
        }
    }
}
