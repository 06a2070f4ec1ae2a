/// One step from a version of the schema to the next.
package struct Migration: Sendable {
    /// The version that the database has afterwards; versions count from 1 without gaps.
    package var version: Int
    package var sql: String

    package init(version: Int, sql: String) {
        self.version = version
        self.sql = sql
    }
}

/// Why a database file cannot be used as it is.
package enum SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
    case sqlite(SQLiteError)
    /// A gateway newer than this one made it.
    case newer(found: Int, known: Int)
    /// Another program's tables are in it.
    case foreign

    package var description: String {
        switch self {
        case .sqlite(let error): error.description
        case .newer(let found, let known):
            "the database has schema \(found), made by a newer gatewayd; this one knows schemas up to \(known)"
        case .foreign:
            "the database holds tables of another program; name another file in observability.database_path"
        }
    }
}

/// The schema as a list of steps; `PRAGMA user_version` says how many of them a file has seen.
package struct Schema: Sendable {
    /// `LLMG` in ASCII, stored as `PRAGMA application_id` so that the file tells whose it is.
    package static let applicationID = 0x4C4C_4D47

    package var migrations: [Migration]

    package init(_ migrations: [Migration]) {
        self.migrations = migrations
    }

    package var version: Int { migrations.last?.version ?? 0 }

    /// Brings the database to the newest version. Several processes may do it at the same time: one does the work.
    package func migrate(_ database: SQLiteDatabase) throws(SchemaError) {
        guard try needsMigration(database) else { return }
        do throws(SQLiteError) {
            try database.transaction { () throws(SQLiteError) in
                let current = try database.integer("PRAGMA user_version") ?? 0
                for migration in migrations where migration.version > current {
                    try database.execute(migration.sql)
                    try database.execute("PRAGMA user_version = \(migration.version)")
                }
                try database.execute("PRAGMA application_id = \(Self.applicationID)")
            }
        } catch {
            throw .sqlite(error)
        }
    }

    private func needsMigration(_ database: SQLiteDatabase) throws(SchemaError) -> Bool {
        let found = try Self.version(of: database)
        guard found <= version else { throw .newer(found: found, known: version) }
        return found < version
    }

    /// The schema that a file has; 0 for an empty one.
    package static func version(of database: SQLiteDatabase) throws(SchemaError) -> Int {
        let (isOurs, version, isEmpty): (Bool, Int, Bool)
        do throws(SQLiteError) {
            isOurs = try database.integer("PRAGMA application_id") == applicationID
            version = try database.integer("PRAGMA user_version") ?? 0
            isEmpty = try database.integer("SELECT count(*) FROM sqlite_master") == 0
        } catch {
            throw .sqlite(error)
        }
        guard isOurs || isEmpty else { throw .foreign }
        return isOurs ? version : 0
    }
}
