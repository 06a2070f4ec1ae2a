import GatewayStorage
import Glibc
import Testing

/// The process of a store dies without a word, in the middle of its work.
@Suite struct KilledWriterTests {
    private let scratch = Scratch()
    /// The thread sanitizer makes the writer several times slower: then so few come that half a batch takes a second.
    private let isSlow = getenv("TSAN_OPTIONS") != nil

    /// What the process said last before it was killed: records handed over, and records the store called written.
    private func runAndKill(whenHanded limit: Int) throws -> (handed: Int, written: Int) {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        defer { posix_spawn_file_actions_destroy(&actions) }
        let words = ["storage_load", "run", scratch.database, isSlow ? "50" : "1000"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { (word: String) in strdup(word) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        try #require(posix_spawn(&process, try program(), &actions, nil, arguments, environ) == 0)
        close(ends[1])
        let output = try #require(fdopen(ends[0], "r"))
        defer { fclose(output) }
        var line = [CChar](repeating: 0, count: 200)
        var last = (handed: 0, written: 0)
        while fgets(&line, 200, output) != nil {
            let text = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let numbers = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap {
                Int($0)
            }
            if numbers.count == 2 { last = (numbers[0], numbers[1]) }
            if last.handed >= limit && last.written > 0 { kill(process, SIGKILL) }
        }
        var status: Int32 = 0
        waitpid(process, &status, 0)
        return last
    }

    /// Built beside the program that runs the tests.
    private func program() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, 4096)
        let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = try #require(own.lastIndex(of: "/").map { own[..<$0] })
        return folder + "/storage_load"
    }

    @Test func leavesAWholeDatabaseWithEverythingThatWasWritten() throws {
        var total = 0
        for round in 1...3 {
            let told = try runAndKill(whenHanded: (isSlow ? 50 : 400) * round)
            let database = try SQLiteDatabase.openForWriting(scratch.database)
            #expect(try database.text("PRAGMA integrity_check") == "ok")
            let rows = try #require(try database.integer("SELECT count(*) FROM requests")) - total
            #expect(rows >= told.written)
            // A batch is a hundred records. What waits reaches half of that, and the rest is what comes while the writer waits
            // for a CPU: 50 ms, or a second where it is slow.
            #expect(told.handed - rows <= 100)
            #expect(try database.integer("SELECT sum(requests) FROM usage_hourly") == total + rows)
            // None is missing before the last one that is there.
            let last = try database.integer("SELECT CAST(request_id AS INTEGER) FROM requests ORDER BY id DESC LIMIT 1")
            #expect(last == rows - 1)
            total += rows
        }
    }
}
