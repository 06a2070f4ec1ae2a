import Glibc
import Synchronization

/// Copies the write-ahead log into the database on a thread of its own: that waits for the disk, which the thread that
/// writes the records never should.
final class Checkpointer: Sendable {
    private let path: String
    private let wake = WakeSignal()
    private let isStopped = Atomic(false)

    init(path: String) {
        self.path = path
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        guard pthread_create(&thread, nil, { Checkpointer.runThread($0) }, argument) == 0 else {
            // SAFETY: no thread has taken over the reference. Without one SQLite's own limit on the log remains.
            Unmanaged<Checkpointer>.fromOpaque(argument).release()
            return
        }
        pthread_detach(thread)
    }

    deinit { wake.close() }

    func request() { wake.signal() }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
        wake.signal()
    }

    private func run() {
        while true {
            wake.wait(until: .now + .seconds(3600))
            if isStopped.load(ordering: .relaxed) { return }
            // What fails here fails for the writer too, which tells of it. The connection is made anew each time: an idle
            // one would keep the writer's from being the last, which tidies up.
            let database = try? SQLiteDatabase(path: path, .existing)
            _ = try? database?.integer("PRAGMA wal_checkpoint(PASSIVE)")
        }
    }

    private static func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        // SAFETY: `init` passed a retained object; this thread takes over that reference.
        Unmanaged<Checkpointer>.fromOpaque(argument).takeRetainedValue().run()
        return nil
    }
}
