/// How the request log fares. Requests are served whatever it says.
public struct StorageHealth: Sendable, Equatable {
    public enum Condition: Sendable, Equatable {
        case starting
        case working
        /// Since when, in seconds since 1970, and why. What comes is queued and tried again.
        case failing(StorageFailure, since: Double)
        case closed
    }

    public var condition: Condition = .starting
    /// Records in the database.
    public var written = 0
    /// Records on their way to the database.
    public var waiting = 0
    /// Records given up: the queue was full, or the database still failed when the gateway stopped.
    public var lost = 0
    /// Transactions that failed, and attempts to open the database.
    public var failures = 0
    /// How long the latest batch took to write.
    public var lastWrite: Duration = .zero

    public init() {}

    public var failure: StorageFailure? {
        guard case .failing(let failure, _) = condition else { return nil }
        return failure
    }
}

/// Why the database cannot be written or read.
public struct StorageFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// A word for metrics and alerts: `disk_full`, `read_only`, `cannot_open`, `damaged`, `busy`, `io_error`,
    /// `newer_schema`, `foreign_file` or `other`.
    public var kind: String
    /// For a person; may name the file.
    public var message: String

    init(kind: String, message: String) {
        self.kind = kind
        self.message = message
    }

    init(_ error: SchemaError) {
        message = error.description
        switch error {
        case .sqlite(let error):
            kind = error.kind.rawValue
            if error.kind == .damaged {
                message += "; move the file away and the gateway makes a new one"
            }
        case .newer: kind = "newer_schema"
        case .foreign: kind = "foreign_file"
        }
    }

    public var description: String { message }
}
