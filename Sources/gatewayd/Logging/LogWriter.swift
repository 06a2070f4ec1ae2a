import GatewayCore
import GatewayHTTP
import Glibc
import Synchronization

/// Writes log lines on a thread of its own, so that a slow terminal, pipe or disk never holds up a request.
///
/// At most `capacity` bytes wait; lines beyond that are dropped and counted, and the count is the next line.
final class LogWriter: Logger, Sendable {
    /// A line whose body is still to be made fit for the log, which takes time.
    private struct Draft {
        var level: LogLevel
        var event: String
        var fields: JSONObject
        var body: [UInt8]
        var time: Double
    }

    private enum Item {
        case lines([UInt8])
        case draft(Draft)
    }

    private struct Queue {
        var items: [Item] = []
        var bytes = 0
        var dropped = 0
        var droppedInAll = 0
        var isToReopen = false
    }

    private struct Output {
        var destination: LogDestination
        /// Whether the last attempt to write failed: it is complained of once.
        var isFailing = false
    }

    private let settings: Mutex<LoggingConfiguration>
    /// The severity of the least level that is written, so that asking costs no lock.
    private let threshold: Atomic<Int>
    private let clock = SystemClock()
    private let queue = Mutex(Queue())
    /// Held while bytes are being written, so that `flush` can wait for them.
    private let output: Mutex<Output>
    private let wake = WakePipe()

    private static let capacity = 4 << 20

    /// Throws when the file that the configuration names cannot be written.
    init(_ configuration: LoggingConfiguration) throws(Files.Failure) {
        settings = Mutex(configuration)
        threshold = Atomic(configuration.level.severity)
        let destination = try LogDestination(configuration.file)
        output = Mutex(Output(destination: destination))
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        pthread_create(&thread, nil, { LogWriter.runThread($0) }, argument)
        pthread_detach(thread)
    }

    func takes(_ level: LogLevel) -> Bool { level.severity >= threshold.load(ordering: .relaxed) }

    func log(_ level: LogLevel, _ event: String, _ fields: JSONObject) {
        guard takes(level) else { return }
        append(LogLine(level: level, event: event, fields: fields, time: clock.now()).bytes(format))
    }

    func log(_ level: LogLevel, _ event: String, _ fields: JSONObject, body: [UInt8]) {
        guard takes(level) else { return }
        let draft = Draft(level: level, event: event, fields: fields, body: body, time: clock.now())
        append(.draft(draft), size: body.count + 512)
    }

    func banner(_ banner: Banner) {
        switch format {
        case .console: if takes(.info) { append(Array(banner.text.utf8)) }
        case .json: log(.info, "gateway_started", banner.fields)
        }
    }

    /// Takes over level and format of a changed configuration; the file stays.
    func configure(_ configuration: LoggingConfiguration) {
        settings.withLock { $0 = configuration }
        threshold.store(configuration.level.severity, ordering: .relaxed)
    }

    /// Opens the log's file anew once all lines before are written: its name may belong to another file by now.
    func reopen() {
        queue.withLock { $0.isToReopen = true }
        wake.signal()
    }

    /// Returns when everything logged so far is written.
    func flush() {
        write()
    }

    private var format: LogFormat { settings.withLock { $0.format } }

    private func append(_ bytes: [UInt8]) { append(.lines(bytes), size: bytes.count) }

    private func append(_ item: Item, size: Int) {
        let wasEmpty = queue.withLock { queue in
            guard queue.bytes + size <= Self.capacity else {
                queue.dropped += 1
                queue.droppedInAll += 1
                return false
            }
            queue.bytes += size
            queue.items.append(item)
            return queue.items.count == 1
        }
        if wasEmpty { wake.signal() }
    }

    private func write() {
        output.withLock { output in
            let (items, dropped, isToReopen) = queue.withLock { queue in
                let taken = (queue.items, queue.dropped, queue.isToReopen)
                queue.items = []
                queue.bytes = 0
                queue.dropped = 0
                queue.isToReopen = false
                return taken
            }
            let format = format
            var bytes: [UInt8] = []
            for item in items {
                switch item {
                case .lines(let lines): bytes += lines
                case .draft(let draft): bytes += Self.line(draft).bytes(format)
                }
            }
            if dropped > 0 {
                let fields: JSONObject = ["count": .number(JSONNumber(dropped))]
                bytes += LogLine(level: .warning, event: "log_lines_dropped", fields: fields, time: clock.now())
                    .bytes(format)
            }
            write(bytes, to: &output)
            if isToReopen { reopen(&output) }
        }
    }

    private static func line(_ draft: Draft) -> LogLine {
        var fields = draft.fields
        fields.append("body", .string(BodyRedaction.redacted(draft.body)))
        return LogLine(level: draft.level, event: draft.event, fields: fields, time: draft.time)
    }

    private func write(_ bytes: [UInt8], to output: inout Output) {
        guard !bytes.isEmpty else { return }
        let isWritten = output.destination.write(bytes)
        let code = errno
        if isWritten {
            output.isFailing = false
        } else {
            let lines = bytes.count { $0 == 0x0A }
            queue.withLock { $0.droppedInAll += lines }
            if !output.isFailing { Terminal.complain("gatewayd: the log cannot be written: \(Files.reason(code))") }
            output.isFailing = true
        }
    }

    private func reopen(_ output: inout Output) {
        do {
            try output.destination.reopen()
            output.isFailing = false
        } catch {
            Terminal.complain("gatewayd: the log cannot be reopened: \(error.description)")
        }
    }

    private var droppedInAll: Int { queue.withLock { $0.droppedInAll } }

    private static func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        // SAFETY: `init` passed a retained writer; the thread keeps it for the life of the process.
        let writer = Unmanaged<LogWriter>.fromOpaque(argument).takeRetainedValue()
        while true {
            writer.wake.wait()
            writer.write()
        }
    }
}

extension LogWriter: MetricSource {
    func write(to writer: inout MetricsWriter) {
        writer.begin(.logLinesDropped)
        writer.sample(.integer(droppedInAll))
    }
}
