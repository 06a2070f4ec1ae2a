import GatewayStorage
import Testing

@Suite struct CommitFileSystemTests {
    private let scratch = Scratch()
    private var path: String { scratch.folder + "/test.db" }

    /// A table of texts of many lengths, from bytes to several pages, in a database whose cache holds a few pages only: frames
    /// are written, read back and written anew before their transaction is complete.
    private func makeWriter() throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: path, .readWrite)
        _ = try database.text("PRAGMA journal_mode = WAL")
        try database.execute("PRAGMA synchronous = NORMAL; PRAGMA cache_size = 10; PRAGMA wal_autocheckpoint = 50")
        try database.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, x, y); CREATE INDEX b ON a (y, x)")
        return database
    }

    private let insertion = """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        INSERT INTO a (x, y) SELECT hex(zeroblob(i * 37 % ?)), i * 7919 % 1009 FROM n
        """

    private func insert(_ rows: Int, longest: Int, into database: SQLiteDatabase) throws {
        let statement = try database.statement(insertion)
        try statement.bind(1, rows)
        try statement.bind(2, longest)
        try statement.run()
    }

    @Test func othersSeeEachCommitAsSoonAsItIsThere() throws {
        let writer = try makeWriter()
        let reader = try SQLiteDatabase(path: path, .readOnly)
        var count = 0
        for rows in [1, 2, 40, 1, 700, 3, 1500, 1] {
            try insert(rows, longest: rows > 100 ? 3000 : 90, into: writer)
            count += rows
            #expect(try reader.integer("SELECT count(*) FROM a") == count)
            #expect(
                try reader.integer("SELECT sum(length(x)) FROM a") == writer.integer("SELECT sum(length(x)) FROM a"))
        }
        #expect(try reader.text("PRAGMA integrity_check") == "ok")
    }

    @Test func keepsWhatIsCommittedAndNothingElse() throws {
        let writer = try makeWriter()
        try insert(400, longest: 900, into: writer)
        let before = try writer.integer("SELECT sum(length(x) * y) FROM a")
        for _ in 0..<3 {
            #expect(throws: SQLiteError.self) {
                try writer.transaction { () throws(SQLiteError) in
                    try writer.execute("UPDATE a SET x = x || 'abcdefgh', y = y + 1; DELETE FROM a WHERE id % 3 = 0")
                    try writer.execute("UPDATE a SET y = y * 2; this is no statement")
                }
            }
            #expect(try writer.integer("SELECT sum(length(x) * y) FROM a") == before)
        }
        try writer.transaction { () throws(SQLiteError) in
            for _ in 0..<4 { try writer.execute("UPDATE a SET x = x || 'abcdefgh', y = y + 1") }
        }
        let after = try writer.integer("SELECT sum(length(x) * y) FROM a")
        let reader = try SQLiteDatabase(path: path, .readOnly)
        #expect(after != before)
        #expect(try reader.integer("SELECT sum(length(x) * y) FROM a") == after)
        #expect(try reader.text("PRAGMA integrity_check") == "ok")
    }

    /// As after a kill: nobody closes the first connection, and another opens its log.
    @Test func leavesALogThatOthersCanReadAndContinue() throws {
        let first = try makeWriter()
        try insert(300, longest: 500, into: first)
        for access in [SQLiteDatabase.Access.existing, .readWrite, .existing] {
            let next = try SQLiteDatabase(path: path, access)
            try insert(20, longest: 5000, into: next)
            try insert(5, longest: 50, into: first)
        }
        #expect(try first.integer("SELECT count(*) FROM a") == 375)
        _ = try first.integer("PRAGMA wal_checkpoint(TRUNCATE)")
        try insert(5, longest: 50, into: first)
        let reader = try SQLiteDatabase(path: path, .readOnly)
        #expect(try reader.integer("SELECT count(*) FROM a") == 380)
        #expect(try reader.text("PRAGMA integrity_check") == "ok")
    }
}
