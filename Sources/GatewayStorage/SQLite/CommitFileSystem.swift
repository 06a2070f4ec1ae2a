import CSQLite
import Glibc

/// SQLite's own file system, except that a commit goes to the write-ahead log in one call.
///
/// SQLite writes a frame of the log with two calls, its header and its page, and a batch of records has some fifteen frames:
/// what those calls cost is more than what the bytes do. Here frames are held back until the one that completes a commit is
/// there, and go out together, in order; what fails fails the commit, as SQLite expects of that last call.
///
/// Nobody can miss what is held: frames of a commit that is not complete are of no account to other connections, and every
/// other call for the file, such as a read of this connection's own, writes them first.
enum CommitFileSystem {
    /// Its name for `sqlite3_open_v2`; nil, which is the default one's, where that one cannot be built upon.
    static let name: String? = register() ? "gateway-commits" : nil

    /// What SQLite opens there is followed by the file of its own that does the work.
    static let headSize = (MemoryLayout<CommitLogFile>.size + 15) & ~15

    private static func register() -> Bool {
        guard let basis = sqlite3_vfs_find(nil), let label = strdup("gateway-commits") else { return false }
        // SAFETY: SQLite keeps the address for as long as the process runs, so neither is ever freed.
        let own = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        own.initialize(to: basis.pointee)
        own.pointee.pNext = nil
        own.pointee.zName = UnsafePointer(label)
        own.pointee.szOsFile = basis.pointee.szOsFile + Int32(headSize)
        own.pointee.xOpen = { _, path, file, flags, given in
            guard let basis = sqlite3_vfs_find(nil), let file else { return SQLITE_ERROR }
            guard flags & SQLITE_OPEN_WAL != 0 else { return basis.pointee.xOpen(basis, path, file, flags, given) }
            return CommitLogFile.open(path, file, flags, given, basis)
        }
        return sqlite3_vfs_register(own, 0) == SQLITE_OK
    }
}

/// A write-ahead log that is being written, as it lies in the memory that SQLite has for an open file.
private struct CommitLogFile {
    // SAFETY: SQLite uses a file on one thread at a time, after `open` succeeded and until `close`; all functions below
    // get the address that `open` got, where this stands first.
    var methods: UnsafePointer<sqlite3_io_methods>?
    let inner: UnsafeMutablePointer<sqlite3_file>
    /// What is held back.
    let room: UnsafeMutableRawPointer
    var count = 0
    /// Where in the file it begins.
    var start: sqlite3_int64 = 0
    /// Where the latest page or the log's own header ended, held or not, and a held header; -1 after anything else. Only what
    /// follows there is held: headers that are written anew, further up, are not.
    var end: sqlite3_int64 = -1
    /// A frame's header is held and its page is next.
    var awaitsPage = false
    /// That frame is the last of a commit.
    var completesCommit = false

    private static let capacity = 128 * 1024
    /// https://www.sqlite.org/fileformat2.html#the_write_ahead_log: the size of the database after a commit stands in the
    /// header's second word, which is zero in all frames but a commit's last.
    private static let headerSize: Int32 = 24
    private static let logHeaderSize: Int32 = 32

    // MARK: Opening and closing

    static func open(
        _ path: sqlite3_filename?, _ file: UnsafeMutablePointer<sqlite3_file>, _ flags: Int32,
        _ given: UnsafeMutablePointer<Int32>?, _ basis: UnsafeMutablePointer<sqlite3_vfs>
    ) -> Int32 {
        let memory = UnsafeMutableRawPointer(file)
        let inner = (memory + CommitFileSystem.headSize).assumingMemoryBound(to: sqlite3_file.self)
        inner.pointee.pMethods = nil
        file.pointee.pMethods = nil
        let code = basis.pointee.xOpen(basis, path, inner, flags, given)
        guard code == SQLITE_OK else {
            // A file with methods is to be closed even where it could not be opened.
            if let methods = inner.pointee.pMethods { _ = methods.pointee.xClose(inner) }
            return code
        }
        let room = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 4096)
        memory.bindMemory(to: CommitLogFile.self, capacity: 1)
            .initialize(to: CommitLogFile(methods: methods, inner: inner, room: room))
        return SQLITE_OK
    }

    private static func at(_ file: UnsafeMutablePointer<sqlite3_file>?) -> UnsafeMutablePointer<CommitLogFile>? {
        file.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: CommitLogFile.self) }
    }

    /// What is held is not part of a whole commit and is dropped.
    private mutating func close() -> Int32 {
        room.deallocate()
        methods = nil
        return inner.pointee.pMethods.pointee.xClose(inner)
    }

    // MARK: Writing

    private mutating func write(_ bytes: UnsafeRawPointer, _ amount: Int32, at offset: sqlite3_int64) -> Int32 {
        let isPage = awaitsPage && offset == end && Self.isPageSize(amount)
        let isHeader = !awaitsPage && offset == end && amount == Self.headerSize
        guard isPage || isHeader else { return writeThrough(bytes, amount, at: offset) }
        awaitsPage = isHeader
        if isHeader { completesCommit = bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self) != 0 }
        if count + Int(amount) > Self.capacity {
            let code = flush()
            guard code == SQLITE_OK else { return code }
        }
        if count == 0 { start = offset }
        (room + count).copyMemory(from: bytes, byteCount: Int(amount))
        count += Int(amount)
        end = offset + sqlite3_int64(amount)
        return isPage && completesCommit ? flush() : SQLITE_OK
    }

    private mutating func writeThrough(
        _ bytes: UnsafeRawPointer, _ amount: Int32, at offset: sqlite3_int64
    ) -> Int32 {
        let held = flush()
        guard held == SQLITE_OK else { return held }
        awaitsPage = false
        let code = inner.pointee.pMethods.pointee.xWrite(inner, bytes, amount, offset)
        let endsPart = Self.isPageSize(amount) || offset == 0 && amount == Self.logHeaderSize
        end = code == SQLITE_OK && endsPart ? offset + sqlite3_int64(amount) : -1
        return code
    }

    private static func isPageSize(_ amount: Int32) -> Bool {
        (512...65_536).contains(amount) && amount.nonzeroBitCount == 1
    }

    /// Writes what is held. What could not be written is not tried again: the transaction it belongs to has failed.
    private mutating func flush() -> Int32 {
        guard count > 0 else { return SQLITE_OK }
        let code = inner.pointee.pMethods.pointee.xWrite(inner, room, Int32(count), start)
        count = 0
        if code != SQLITE_OK {
            end = -1
            awaitsPage = false
        }
        return code
    }

    // MARK: What SQLite calls

    /// Writes what is held, then lets the file of SQLite's own do what is asked.
    private static func passing(
        _ file: UnsafeMutablePointer<sqlite3_file>?,
        _ call: (UnsafeMutablePointer<sqlite3_file>, sqlite3_io_methods) -> Int32
    ) -> Int32 {
        guard let log = at(file) else { return SQLITE_MISUSE }
        let held = log.pointee.flush()
        guard held == SQLITE_OK else { return held }
        return call(log.pointee.inner, log.pointee.inner.pointee.pMethods.pointee)
    }

    // SAFETY: files refer to it for as long as the process runs, so it is never freed, and nobody changes it.
    nonisolated(unsafe) private static let methods: UnsafePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: sqlite3_io_methods())
        methods.pointee.iVersion = 1
        methods.pointee.xClose = { at($0)?.pointee.close() ?? SQLITE_MISUSE }
        methods.pointee.xRead = { file, into, amount, offset in
            passing(file) { $1.xRead($0, into, amount, offset) }
        }
        methods.pointee.xWrite = { file, bytes, amount, offset in
            guard let log = at(file), let bytes else { return SQLITE_MISUSE }
            return log.pointee.write(bytes, amount, at: offset)
        }
        methods.pointee.xTruncate = { file, size in passing(file) { $1.xTruncate($0, size) } }
        methods.pointee.xSync = { file, flags in passing(file) { $1.xSync($0, flags) } }
        methods.pointee.xFileSize = { file, size in passing(file) { $1.xFileSize($0, size) } }
        methods.pointee.xLock = { file, level in passing(file) { $1.xLock($0, level) } }
        methods.pointee.xUnlock = { file, level in passing(file) { $1.xUnlock($0, level) } }
        methods.pointee.xCheckReservedLock = { file, result in passing(file) { $1.xCheckReservedLock($0, result) } }
        methods.pointee.xFileControl = { file, operation, argument in
            passing(file) { $1.xFileControl($0, operation, argument) }
        }
        methods.pointee.xSectorSize = { file in
            at(file).map { $0.pointee.inner.pointee.pMethods.pointee.xSectorSize($0.pointee.inner) } ?? 4096
        }
        methods.pointee.xDeviceCharacteristics = { file in
            at(file).map { $0.pointee.inner.pointee.pMethods.pointee.xDeviceCharacteristics($0.pointee.inner) } ?? 0
        }
        return UnsafePointer(methods)
    }()
}
