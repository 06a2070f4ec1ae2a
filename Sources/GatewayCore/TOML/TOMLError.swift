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

extension String {
    /// Short enough for a message, and too short to give away a secret that was written in the wrong place.
    var excerpt: String { count <= 16 ? self : prefix(4) + "…" }
}
