import GatewayCore
import GatewayHTTP
import Glibc
import Synchronization

/// Writes log lines to standard error on a thread of its own, so that a slow terminal or pipe never holds up a request.
///
/// At most `capacity` bytes wait; lines beyond that are dropped and counted, and the count is the next line.
final class LogWriter: Sendable {
    private struct Queue {
        var bytes: [UInt8] = []
        var dropped = 0
        var droppedInAll = 0
    }

    private let level: LogLevel
    private let format: LogFormat
    private let clock = SystemClock()
    private let queue = Mutex(Queue())
    /// Held while bytes are being written, so that `flush` can wait for them.
    private let output = Mutex(())
    private let wake = WakePipe()

    private static let capacity = 4 << 20

    init(level: LogLevel, format: LogFormat) {
        self.level = level
        self.format = format
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        pthread_create(&thread, nil, { LogWriter.runThread($0) }, argument)
        pthread_detach(thread)
    }

    /// Whether lines of that level are written at all: asked first where making the fields of one costs time.
    func takes(_ level: LogLevel) -> Bool { level >= self.level }

    func log(_ level: LogLevel, _ event: String, _ fields: JSONObject = [:]) {
        guard takes(level) else { return }
        let line = LogLine(level: level, event: event, fields: fields, time: clock.now())
        append(line.bytes(format))
    }

    func banner(_ banner: Banner) {
        switch format {
        case .console: if level <= .info { append(Array(banner.text.utf8)) }
        case .json: log(.info, "gateway_started", banner.fields)
        }
    }

    /// Returns when everything logged so far is written.
    func flush() {
        write()
    }

    private func append(_ bytes: [UInt8]) {
        let wasEmpty = queue.withLock { queue in
            guard queue.bytes.count + bytes.count <= Self.capacity else {
                queue.dropped += 1
                queue.droppedInAll += 1
                return false
            }
            let wasEmpty = queue.bytes.isEmpty
            queue.bytes += bytes
            return wasEmpty
        }
        if wasEmpty { wake.signal() }
    }

    private func write() {
        output.withLock { _ in
            let (bytes, dropped) = queue.withLock { queue in
                let taken = (queue.bytes, queue.dropped)
                queue.bytes = []
                queue.dropped = 0
                return taken
            }
            Files.writeAll(bytes, to: STDERR_FILENO)
            guard dropped > 0 else { return }
            let line = LogLine(
                level: .warning, event: "log_lines_dropped", fields: ["count": .number(JSONNumber(dropped))],
                time: clock.now())
            Files.writeAll(line.bytes(format), to: STDERR_FILENO)
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
