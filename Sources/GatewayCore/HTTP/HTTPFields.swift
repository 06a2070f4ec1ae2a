/// HTTP header fields in the order they were received, names compared without case (RFC 9110 section 5.1).
public struct HTTPFields: Sendable, Equatable {
    public struct Field: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public private(set) var fields: [Field]

    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// None yet, with room for so many.
    package init(reserving count: Int) {
        fields = []
        fields.reserveCapacity(count)
    }

    /// Whether both are one and the same in memory, and so equal; equal fields may be two.
    package func isIdentical(to other: HTTPFields) -> Bool {
        fields.withUnsafeBufferPointer { this in
            other.fields.withUnsafeBufferPointer { that in
                this.baseAddress == that.baseAddress && this.count == that.count
            }
        }
    }

    public var isEmpty: Bool { fields.isEmpty }
    public var count: Int { fields.count }

    /// The first value of that name. Assigning replaces every field of the name; assigning nil removes them.
    public subscript(name: String) -> String? {
        get {
            // By its place: taking fields out of the array one by one costs more than comparing them.
            for place in fields.indices where fields[place].name.equalsIgnoringASCIICase(name) {
                return fields[place].value
            }
            return nil
        }
        set {
            fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
            if let newValue { append(name, newValue) }
        }
    }

    /// Every value of that name, in order.
    public func values(of name: String) -> [String] {
        fields.compactMap { $0.name.equalsIgnoringASCIICase(name) ? $0.value : nil }
    }

    public mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }
}

extension HTTPFields: Sequence {
    public func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field(name: $0.0, value: $0.1) })
    }
}
