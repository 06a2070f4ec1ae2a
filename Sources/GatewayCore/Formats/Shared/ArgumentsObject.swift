/// The arguments of a call for the formats that take them as an object: those of Anthropic, Gemini and Bedrock.
struct ArgumentsObject {
    /// Where text stands that is no JSON object: a gateway must not guess what it was to be.
    static let rawKey = "_raw"

    let object: JSONObject
    /// Whether the arguments were no object.
    let isWrapped: Bool

    /// No arguments are an empty object.
    init(_ arguments: String) {
        guard !arguments.isBlank else {
            (object, isWrapped) = ([:], false)
            return
        }
        // Any error means the same here: what the model wrote is not JSON.
        if case .object(let object)? = try? JSONValue(parsing: arguments) {
            (self.object, isWrapped) = (object, false)
        } else {
            (object, isWrapped) = ([Self.rawKey: .string(arguments)], true)
        }
    }

    /// - Parameter pointer: of the part.
    func note(at pointer: String) -> ConversionNote? {
        guard isWrapped else { return nil }
        return ConversionNote(
            .changed, "\(pointer)/arguments",
            "The arguments are no JSON object; they stand as text under `\(Self.rawKey)`.")
    }
}
