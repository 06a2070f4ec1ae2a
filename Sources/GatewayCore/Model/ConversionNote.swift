/// One thing a conversion could not carry as it was: the loss ledger's row.
public struct ConversionNote: Sendable, Hashable {
    public enum Level: String, Sendable, Hashable {
        /// Nothing the model sees has changed.
        case info
        case warning
    }

    public enum Action: String, Sendable, Hashable {
        case dropped
        /// Written differently, with the same intent.
        case changed
        /// Brought into the range the target takes.
        case clipped
        /// Reached by other means, such as an instruction in the prompt.
        case emulated
    }

    public var level: Level
    /// JSON pointer (RFC 6901) into the client's request.
    public var pointer: String
    public var action: Action
    /// One sentence for the client's developer.
    public var message: String

    public init(_ action: Action, _ pointer: String, _ message: String, level: Level = .warning) {
        self.level = level
        self.pointer = pointer
        self.action = action
        self.message = message
    }
}

/// The client's request is wrong, or cannot be said in the target's format at all.
public struct ConversionError: Error, Sendable, Hashable {
    /// JSON pointer to the field at fault; empty for the whole body.
    public var pointer: String
    public var message: String

    public init(_ pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }
}
