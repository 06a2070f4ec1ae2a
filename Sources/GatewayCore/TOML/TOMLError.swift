/// Why a text is not TOML 1.0, and what to write instead.
package struct TOMLError: Error, Sendable, Equatable, CustomStringConvertible {
    package var position: SourcePosition
    package var message: String
    package var hint: String?

    package var description: String {
        let text = hint.map { "\(message) (\($0))" } ?? message
        return "\(position.line):\(position.column): \(text)"
    }
}
