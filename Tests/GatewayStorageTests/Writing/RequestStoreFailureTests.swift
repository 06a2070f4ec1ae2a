import GatewayCore
import GatewayStorage
import Glibc
import Synchronization
import Testing

/// Whatever is wrong with the disk: nobody waits, the trouble is told, and nothing is lost that can be kept.
@Suite struct RequestStoreFailureTests {
    private let scratch = Scratch()

    /// Waits for what the store tells from its own thread.
    private final class Watcher: Sendable {
        private let told = Mutex<[StorageHealth]>([])

        func note(_ health: StorageHealth) { told.withLock { $0.append(health) } }

        func first(where matches: (StorageHealth) -> Bool) -> StorageHealth? {
            let deadline = ContinuousClock.now + .seconds(20)
            while ContinuousClock.now < deadline {
                if let found = told.withLock({ $0.first(where: matches) }) { return found }
                sched_yield()
            }
            return nil
        }
    }

    private func store(_ path: String, _ watcher: Watcher, capacity: Int = 1000) -> RequestStore {
        var options = RequestStore.Options(path: path)
        options.queueCapacity = capacity
        return RequestStore(options, clock: FixedClock(instant: noon)) { watcher.note($0) }
    }

    @Test func tellsOfAFolderThatCannotBeMade() throws {
        scratch.write("in the way", to: "data")
        let watcher = Watcher()
        let store = store(scratch.database, watcher, capacity: 10)
        for number in 0..<15 { store.record(sampleRecord(number)) }
        let failing = try #require(watcher.first { $0.failure != nil })
        #expect(failing.failure?.kind == "cannot_open")
        #expect(store.health.lost == 5 && store.health.waiting == 10)
        #expect(store.close())
        #expect(store.health.lost == 15 && store.health.waiting == 0)
    }

    @Test func keepsRecordsUntilTheTroubleIsOver() throws {
        scratch.write("in the way", to: "data")
        let watcher = Watcher()
        let store = store(scratch.database, watcher)
        for number in 0..<150 { store.record(sampleRecord(number)) }
        #expect(watcher.first { $0.failure != nil } != nil)
        unlink(scratch.folder + "/data")
        #expect(watcher.first { $0.condition == .working } != nil)
        #expect(store.close())
        #expect(store.health.written == 150 && store.health.lost == 0)
    }

    @Test func leavesADamagedFileAloneAndGoesOnWithANewOne() throws {
        mkdir(scratch.folder + "/data", 0o700)
        let garbage = String(repeating: "this is no database\n", count: 1000)
        scratch.write(garbage, to: "data/observability.db")
        let watcher = Watcher()
        let store = store(scratch.database, watcher)
        store.record(sampleRecord(1))
        let failing = try #require(watcher.first { $0.failure != nil })
        #expect(failing.failure?.kind == "damaged")
        #expect(failing.failure?.message.hasPrefix("file is not a database") == true)
        rename(scratch.database, scratch.folder + "/damaged")
        #expect(watcher.first { $0.condition == .working } != nil)
        #expect(store.close())
        #expect(store.health.written == 1)
        var facts = stat()
        #expect(stat(scratch.folder + "/damaged", &facts) == 0 && Int(facts.st_size) == garbage.utf8.count)
    }

    @Test func makesANewFileWhenItsOwnIsDeleted() throws {
        let watcher = Watcher()
        let store = store(scratch.database, watcher)
        store.record(sampleRecord(1))
        while store.health.written < 1 { sched_yield() }
        for suffix in ["", "-wal", "-shm"] { unlink(scratch.database + suffix) }
        store.record(sampleRecord(2))
        #expect(store.close())
        #expect(store.health.written == 2 && store.health.failures == 0)
        let database = try SQLiteDatabase.openForReading(scratch.database)
        #expect(try database.text("SELECT group_concat(request_id) FROM requests") == "id-2")
    }

    @Test func writesBesideAReaderThatHoldsItsSnapshot() throws {
        _ = RequestStore.fill(scratch.database, [sampleRecord(1)])
        let reader = try SQLiteDatabase.openForReading(scratch.database)
        try reader.execute("BEGIN")
        #expect(try reader.integer("SELECT count(*) FROM requests") == 1)
        let health = RequestStore.fill(scratch.database, [sampleRecord(2)])
        #expect(health.written == 1 && health.failures == 0)
        #expect(try reader.integer("SELECT count(*) FROM requests") == 1)
        try reader.execute("COMMIT")
        #expect(try reader.integer("SELECT count(*) FROM requests") == 2)
    }
}
