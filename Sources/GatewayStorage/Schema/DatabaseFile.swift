import CSQLite
import Glibc

/// The database's place in the file system.
struct DatabaseFile: Sendable {
    /// Which file a path led to, to notice that it was moved away or deleted.
    struct Identity: Equatable {
        var device: UInt64
        var inode: UInt64
    }

    let path: String

    /// Makes the folders that are missing, for the owner alone, and the file, so that SQLite does not make it with the
    /// permissions of the process: its log files take over those of the database.
    func prepare() throws(SQLiteError) {
        if let slash = path.lastIndex(of: "/") {
            for folder in Self.prefixes(of: path[..<slash]) where mkdir(folder, 0o700) != 0 {
                let reason = errno
                // One that exists may stand where this process may not write; what matters is told for the innermost.
                if access(folder, F_OK) != 0 { throw SQLiteError(folder, reason: reason) }
            }
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SQLiteError(path, reason: errno) }
        Glibc.close(descriptor)
    }

    var exists: Bool { access(path, F_OK) == 0 }

    /// Nil when nothing is there.
    var identity: Identity? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return Identity(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
    }

    /// `a/b/c` gives `a`, `a/b`, `a/b/c`.
    private static func prefixes(of folder: Substring) -> [String] {
        var prefixes: [String] = []
        for place in folder.indices where folder[place] == "/" && place != folder.startIndex {
            prefixes.append(String(folder[..<place]))
        }
        if !folder.isEmpty { prefixes.append(String(folder)) }
        return prefixes
    }
}

extension SQLiteError {
    /// What SQLite would have said had it met the same trouble.
    fileprivate init(_ path: String, reason: Int32) {
        let code =
            switch reason {
            case EROFS, EACCES, EPERM: SQLITE_READONLY
            case ENOSPC, EDQUOT: SQLITE_FULL
            default: SQLITE_CANTOPEN
            }
        self.init(code: code, message: "\(path): \(String(cString: strerror(reason)))")
    }
}

extension SQLiteDatabase {
    /// The connection that writes records: a file made ready, in write-ahead mode, with the newest schema.
    package static func openForWriting(_ path: String, schema: Schema = .current) throws(SchemaError) -> SQLiteDatabase
    {
        let database: SQLiteDatabase
        do throws(SQLiteError) {
            try DatabaseFile(path: path).prepare()
            database = try SQLiteDatabase(path: path, .readWrite)
            // Only an empty file takes this one, and only before it is in write-ahead mode.
            try database.execute("PRAGMA auto_vacuum = INCREMENTAL")
            _ = try database.text("PRAGMA journal_mode = WAL")
            // A commit survives the death of the process; after a power failure the last ones may be missing, and the
            // file is whole.
            try database.execute("PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864")
            // The checkpointer comes sooner; this is for a log that it cannot empty, under a load that never pauses.
            try database.execute("PRAGMA wal_autocheckpoint = 8000")
            try database.defineHistogramSum()
        } catch {
            throw .sqlite(error)
        }
        try schema.migrate(database)
        return database
    }

    /// A connection for reports, beside the one that writes.
    package static func openForReading(_ path: String, schema: Schema = .current) throws(SchemaError) -> SQLiteDatabase
    {
        let database: SQLiteDatabase
        do throws(SQLiteError) {
            database = try openReadOnly(path)
        } catch {
            throw .sqlite(error)
        }
        let found = try Schema.version(of: database)
        guard found <= schema.version else { throw .newer(found: found, known: schema.version) }
        return database
    }

    private static func openReadOnly(_ path: String) throws(SQLiteError) -> SQLiteDatabase {
        do {
            let database = try SQLiteDatabase(path: path, .readOnly)
            _ = try database.integer("PRAGMA user_version")
            return database
        } catch  where [.cannotOpen, .readOnly].contains(error.kind) && DatabaseFile(path: path).exists {
            // Write-ahead mode wants files beside the database; in a folder without write access there can be none.
            return try SQLiteDatabase(path: path, .immutable)
        }
    }
}
