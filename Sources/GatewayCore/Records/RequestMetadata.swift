/// What a client says of a request in `x-gateway.metadata`, to find and sum up requests by: `feature`, `user_id`, ...
///
/// Bounded as OpenAI bounds its own `metadata`: 16 fields, keys of 64 bytes, values of 512.
public struct RequestMetadata: Sendable, Hashable {
    public struct Field: Sendable, Hashable {
        public var key: String
        public var value: String
    }

    public static let maxFields = 16
    public static let maxKeyBytes = 64
    public static let maxValueBytes = 512

    /// In the client's order; no key stands twice.
    public private(set) var fields: [Field] = []

    public init() {}

    public var isEmpty: Bool { fields.isEmpty }

    public subscript(key: String) -> String? { fields.first { $0.key == key }?.value }

    /// Adds a field, or replaces the value of one that is there; false, and nothing is changed, beyond the bounds.
    public mutating func set(_ key: String, _ value: String) -> Bool {
        guard (1...Self.maxKeyBytes).contains(key.utf8.count), value.utf8.count <= Self.maxValueBytes else {
            return false
        }
        if let place = fields.firstIndex(where: { $0.key == key }) {
            fields[place].value = value
            return true
        }
        guard fields.count < Self.maxFields else { return false }
        fields.append(Field(key: key, value: value))
        return true
    }

    package var json: JSONObject {
        var object = JSONObject()
        for field in fields { object.append(field.key, .string(field.value)) }
        return object
    }
}
