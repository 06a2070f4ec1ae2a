import Synchronization

/// Lets the main thread, which no loop runs on, wait for asynchronous work.
enum Blocking {
    static func wait<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let box = Box<Value>()
        let done = WakePipe()
        defer { done.close() }
        Task {
            let outcome: Result<Value, any Error>
            do { outcome = .success(try await work()) } catch { outcome = .failure(error) }
            box.set(outcome)
            done.signal()
        }
        while true {
            done.wait()
            if let outcome = box.get() { return try outcome.get() }
        }
    }

    private final class Box<Value: Sendable>: Sendable {
        private let value = Mutex<Result<Value, any Error>?>(nil)

        func set(_ outcome: Result<Value, any Error>) { value.withLock { $0 = outcome } }
        func get() -> Result<Value, any Error>? { value.withLock { $0 } }
    }
}
