import GatewayCore
import GatewayStorage
import Glibc

struct Load {
    let path: String

    /// Identifiers count up from 0, so that a reader of the database sees which are missing.
    func run(perSecond: Int) {
        let store = RequestStore(.init(path: path), clock: Clock())
        var samples = SampleRecords(seed: 1)
        let began = ContinuousClock.now
        var handed = 0
        while true {
            let elapsed = ContinuousClock.now - began
            let due = Int(elapsed / .seconds(1) * Double(perSecond))
            while handed < due {
                store.record(samples.next(id: String(handed), startedAt: Clock().now()))
                handed += 1
            }
            say("\(handed) \(store.health.written)")
            usleep(5000)
        }
    }

    /// Says what each thread spent, without the cost of making up the records.
    func fill(count: Int, hours: Int) {
        var options = RequestStore.Options(path: path)
        options.queueCapacity = .max
        options.retention.days = 36_500
        let store = RequestStore(options, clock: Clock())
        var samples = SampleRecords(seed: 2)
        let now = Clock().now()
        var recording = 0.0
        var records: [RequestRecord] = []
        for index in 0..<count {
            let age = Double(count - index) / Double(count) * Double(hours) * 3600
            records.append(samples.next(id: samples.identifier(), startedAt: now - age))
            guard records.count == 1000 || index == count - 1 else { continue }
            let start = Clock.cpu(CLOCK_THREAD_CPUTIME_ID)
            for record in records { store.record(record) }
            recording += Clock.cpu(CLOCK_THREAD_CPUTIME_ID) - start
            records.removeAll(keepingCapacity: true)
            while store.health.waiting > 20_000 { usleep(2000) }
        }
        store.close(timeout: .seconds(600))
        let writing = Clock.cpu(CLOCK_PROCESS_CPUTIME_ID) - Clock.cpu(CLOCK_THREAD_CPUTIME_ID)
        say("\(store.health)")
        say("CPU us per record: record() \(recording / Double(count) * 1e6), writer \(writing / Double(count) * 1e6)")
    }
}

/// Past the buffers of the C library, so that a killed process has said all that it did.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDOUT_FILENO, bytes, bytes.count)
}

struct Clock: WallClock {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func cpu(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
