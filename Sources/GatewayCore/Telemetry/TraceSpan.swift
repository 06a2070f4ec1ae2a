/// What every span says of itself, in the terms of OpenTelemetry.
///
/// Attributes are written straight into the span's message: at thousands of spans a second, lists of them cost more than all
/// the rest.
struct TraceSpan {
    enum Kind: Int {
        case server = 2
        case client = 3
    }

    var context: TraceContext
    var id: UInt64
    var parent: UInt64?
    /// Whether the parent is another process's.
    var isParentRemote = false
    var name: String
    var kind: Kind
    /// Nanoseconds since 1970.
    var start: UInt64
    var end: UInt64
}

/// `Span` of opentelemetry/proto/trace/v1/trace.proto, of which fields may stand in any order.
extension ProtobufWriter {
    private static let attributes = 9

    mutating func write(_ span: TraceSpan) {
        identifier(1, span.context.traceID.high, span.context.traceID.low)
        identifier(2, span.id)
        if let parent = span.parent { identifier(4, parent) }
        string(5, span.name)
        integer(6, span.kind.rawValue)
        fixed64(7, span.start)
        fixed64(8, span.end)
        // The sampled bit, that the parent's place is known, and what it is.
        fixed32(16, (span.context.isSampled ? 1 : 0) | 0x100 | (span.isParentRemote ? 0x200 : 0))
    }

    /// What went wrong.
    mutating func spanError(_ message: String) {
        self.message(15) { status in
            status.string(2, message)
            status.integer(3, 2)
        }
    }

    mutating func attribute(_ key: String, _ value: String?) {
        if let value { keyValue(Self.attributes, key) { $0.string(1, value) } }
    }

    mutating func attribute(_ key: String, _ value: Bool) {
        keyValue(Self.attributes, key) { $0.integer(2, value ? 1 : 0) }
    }

    mutating func attribute(_ key: String, _ value: Int?) {
        if let value { keyValue(Self.attributes, key) { $0.integer(3, value) } }
    }

    mutating func attribute(_ key: String, _ value: Double?) {
        if let value { keyValue(Self.attributes, key) { $0.fixed64(4, value.bitPattern) } }
    }

    /// `KeyValue` of opentelemetry/proto/common/v1/common.proto; `value` writes a field of `AnyValue`.
    mutating func keyValue(_ field: Int, _ key: String, _ value: (inout ProtobufWriter) -> Void) {
        message(field) { pair in
            pair.string(1, key)
            pair.message(2, value)
        }
    }
}
