import GatewayStorage
import Testing

@Suite struct SQLiteDatabaseTests {
    private let scratch = Scratch()
    private var path: String { scratch.folder + "/test.db" }

    @Test func readsBackWhatWasBound() throws {
        let database = try SQLiteDatabase(path: path, .readWrite)
        try database.execute("CREATE TABLE t (a, b, c, d, e)")
        let insert = try database.statement("INSERT INTO t VALUES (?, ?, ?, ?, ?)")
        try insert.bind(1, Int.min)
        try insert.bind(2, "h\u{0}é😀")
        try insert.bind(3, "")
        try insert.bind(4, bytes: [0, 255])
        try insert.bind(5, String?.none)
        try insert.run()
        let select = try database.statement("SELECT * FROM t")
        #expect(try select.step())
        #expect(select.integer(0) == .min)
        #expect(select.text(1) == "h\u{0}é😀")
        #expect(select.text(2) == "")
        #expect(select.withBytes(3) { Array($0) } == [0, 255])
        #expect(select.isNull(4) && select.text(4) == nil && select.optionalInteger(4) == nil)
        #expect(try select.step() == false)
    }

    @Test func tellsNullFromZero() throws {
        let database = try SQLiteDatabase(path: path, .readWrite)
        #expect(try database.integer("SELECT NULL") == nil)
        #expect(try database.integer("SELECT 0") == 0)
        #expect(try database.integer("SELECT 1 WHERE 0") == nil)
    }

    @Test func throwsSQLitesOwnWords() throws {
        let database = try SQLiteDatabase(path: path, .readWrite)
        #expect(throws: SQLiteError(code: 1, message: "no such table: nowhere")) {
            _ = try database.statement("SELECT * FROM nowhere")
        }
    }

    @Test func rollsBackWhatFailsHalfWay() throws {
        let database = try SQLiteDatabase(path: path, .readWrite)
        try database.execute("CREATE TABLE t (a UNIQUE)")
        #expect(throws: SQLiteError.self) {
            try database.transaction { () throws(SQLiteError) in
                try database.execute("INSERT INTO t VALUES (1)")
                try database.execute("INSERT INTO t VALUES (1)")
            }
        }
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
        try database.transaction { () throws(SQLiteError) in try database.execute("INSERT INTO t VALUES (1)") }
        #expect(try database.integer("SELECT count(*) FROM t") == 1)
    }

    @Test func refusesToBeUsedAfterClosing() throws {
        let database = try SQLiteDatabase(path: path, .readWrite)
        let held = try database.statement("SELECT ?")
        database.close()
        #expect(throws: SQLiteError.self) { try database.execute("SELECT 1") }
        #expect(throws: SQLiteError.self) { _ = try database.statement("SELECT ?") }
        #expect(throws: SQLiteError.self) { try held.bind(1, 1) }
        #expect(throws: SQLiteError.self) { _ = try held.step() }
    }

    @Test func opensNoMissingFileForReading() {
        #expect(throws: SQLiteError.self) { _ = try SQLiteDatabase(path: path, .readOnly) }
    }
}
