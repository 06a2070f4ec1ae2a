import GatewayCore
import GatewayStorage
import Glibc

/// A folder of its own for a test, deleted with the value.
final class Scratch {
    let folder: String

    init() {
        var template = Array("/tmp/gateway-storage-XXXXXX".utf8CString)
        folder = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    deinit { system("rm -rf '\(folder)'") }

    var database: String { folder + "/data/observability.db" }

    func write(_ text: String, to name: String) {
        guard let file = fopen(folder + "/" + name, "w") else { return }
        fputs(text, file)
        fclose(file)
    }
}

/// Always the same instant.
struct FixedClock: WallClock {
    var instant: Double
    func now() -> Double { instant }
}

/// 2026-11-21T10:30:00Z.
let noon = 1_795_257_000.0

func sampleRecord(_ number: Int = 0, startedAt: Double = noon) -> RequestRecord {
    var record = RequestRecord(id: "id-\(number)", startedAt: startedAt, clientFormat: .openAI, keyName: "team")
    record.model = "fast"
    record.provider = "openai"
    record.instance = "openai-primary"
    record.providerModel = "gpt-4o"
    record.attempts = sampleAttempts(1)
    record.duration = .milliseconds(120)
    record.timeToFirstByte = .milliseconds(40)
    record.usage = TokenUsage(freshInput: 100, cacheRead: 20, cacheWrite5m: 5, output: 30, reasoning: 10)
    return record
}

func sampleAttempts(_ count: Int) -> [AttemptRecord] {
    (1...count).map { number in
        var attempt = AttemptRecord(provider: "openai", instance: "openai-\(number)", model: "gpt-4o")
        attempt.duration = .milliseconds(60)
        if number < count {
            attempt.status = 503
            attempt.failureKind = .overloaded
            attempt.failureMessage = "Overloaded"
            attempt.followUp = .failover
        } else {
            attempt.status = 200
        }
        return attempt
    }
}

extension RequestStore {
    /// A store that writes what it is given and closes.
    static func fill(
        _ path: String, _ records: [RequestRecord], clock: any WallClock = FixedClock(instant: noon),
        change: (inout Options) -> Void = { _ in }
    ) -> StorageHealth {
        var options = Options(path: path)
        change(&options)
        let store = RequestStore(options, clock: clock)
        for record in records { store.record(record) }
        store.close()
        return store.health
    }
}
