/// Members of a wire object that the hub has no name for, kept so that a reply or request written back in the format it
/// came from loses nothing. Other formats never see them.
public struct Extras: Sendable, Hashable {
    public var origin: WireFormat
    public var fields: JSONObject
    /// Pointers of the objects in `fields` that hold only what was left of them: the hub took the rest.
    package var remainders: Set<String> = []
    /// Pointers of members in `fields` that the hub took, too; they are kept to be written back as they were.
    package var copies: Set<String> = []

    public init(origin: WireFormat, fields: JSONObject = JSONObject()) {
        self.origin = origin
        self.fields = fields
    }
}

extension Extras? {
    /// The kept members when they come from `format`; empty for every other.
    package func fields(for format: WireFormat) -> JSONObject {
        guard let self, self.origin == format else { return [:] }
        return self.fields
    }
}

/// A whole part, tool or event that only one format knows, kept as it was.
public struct Foreign: Sendable, Hashable {
    public var origin: WireFormat
    public var value: JSONValue

    public init(origin: WireFormat, value: JSONValue) {
        self.origin = origin
        self.value = value
    }
}

/// Opaque proof of a provider that a piece of reasoning is its own: Anthropic's `signature`, Gemini's `thoughtSignature`.
/// It is carried byte for byte and only back to the format it came from.
public struct Signature: Sendable, Hashable {
    public var origin: WireFormat
    public var value: String

    public init(origin: WireFormat, value: String) {
        self.origin = origin
        self.value = value
    }
}
