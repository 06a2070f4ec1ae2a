import Glibc

/// The standard streams.
enum Terminal {
    static func print(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// To standard error, with a line end.
    static func complain(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        Files.writeAll(Array(text.utf8), to: descriptor)
    }
}
