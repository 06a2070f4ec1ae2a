import GatewayStorage
import Testing

@Suite struct SchemaTests {
    private let scratch = Scratch()
    private var path: String { scratch.folder + "/test.db" }

    @Test func bringsAnEmptyFileToTheNewestVersionOnce() throws {
        for _ in 0..<2 {
            let database = try SQLiteDatabase.openForWriting(path)
            #expect(try database.integer("PRAGMA user_version") == Schema.current.version)
            #expect(try database.text("PRAGMA journal_mode") == "wal")
            #expect(try database.integer("PRAGMA auto_vacuum") == 2)
        }
    }

    @Test func runsOnlyTheStepsThatAreMissing() throws {
        let first = Migration(version: 1, sql: "CREATE TABLE a (x); INSERT INTO a VALUES (1);")
        let second = Migration(version: 2, sql: "ALTER TABLE a ADD COLUMN y; INSERT INTO a VALUES (2, 2);")
        let database = try SQLiteDatabase(path: path, .readWrite)
        try Schema([first]).migrate(database)
        try Schema([first, second]).migrate(database)
        try Schema([first, second]).migrate(database)
        #expect(try database.integer("SELECT sum(x) FROM a") == 3)
        #expect(try database.integer("PRAGMA user_version") == 2)
    }

    @Test func leavesNothingOfAStepThatFails() throws {
        let first = Migration(version: 1, sql: "CREATE TABLE a (x)")
        let broken = Migration(version: 2, sql: "CREATE TABLE b (x); CREATE TABLE b (x)")
        let database = try SQLiteDatabase(path: path, .readWrite)
        try Schema([first]).migrate(database)
        #expect(throws: SchemaError.self) { try Schema([first, broken]).migrate(database) }
        #expect(try database.integer("PRAGMA user_version") == 1)
        #expect(try database.integer("SELECT count(*) FROM sqlite_master") == 1)
    }

    @Test func refusesTheFileOfANewerGateway() throws {
        let known = Schema.current.version
        let newer = Schema(Schema.current.migrations + [Migration(version: known + 1, sql: "CREATE TABLE later (x)")])
        _ = try SQLiteDatabase.openForWriting(path, schema: newer)
        let refusal = SchemaError.newer(found: known + 1, known: known)
        #expect(throws: refusal) { _ = try SQLiteDatabase.openForWriting(path) }
        #expect(throws: refusal) { _ = try SQLiteDatabase.openForReading(path) }
    }

    @Test func touchesNoFileOfAnotherProgram() throws {
        let other = try SQLiteDatabase(path: path, .readWrite)
        try other.execute("CREATE TABLE requests (id)")
        #expect(throws: SchemaError.foreign) { _ = try SQLiteDatabase.openForWriting(path) }
        #expect(try other.text("PRAGMA journal_mode") == "delete")
        #expect(try other.integer("SELECT count(*) FROM sqlite_master") == 1)
    }

    @Test func hasTheColumnsThatOperatorsKnow() throws {
        let database = try SQLiteDatabase.openForWriting(path)
        let names = """
            request_id, timestamp, date, hour, api_key_name, provider, instance, model, endpoint, status, error_type, \
            error_message, input_tokens, output_tokens, total_tokens, cache_creation_input_tokens, \
            cache_read_input_tokens, duration_ms, input_cost, output_cost, cache_write_cost, cache_read_cost, \
            total_cost, session_id, created_at
            """
        _ = try database.statement("SELECT \(names) FROM requests_usd")
        for table in ["failover_events", "model_prices", "quota_snapshots"] {
            #expect(try database.integer("SELECT count(*) FROM \(table)") == 0)
        }
    }
}
