/// What a model is told of its reply's form where its API has no field for that.
enum FormInstruction {
    static let anyObject = "Answer with one valid JSON object and nothing else: no prose, no code fences."

    /// - Parameter schema: a JSON Schema as text.
    static func matching(_ schema: String) -> String {
        "Answer with one valid JSON value that matches this JSON Schema, and nothing else: no prose, no code fences.\n"
            + schema
    }

    static func matching(_ schema: JSONValue) -> String { matching(schema.serializedString) }
}
