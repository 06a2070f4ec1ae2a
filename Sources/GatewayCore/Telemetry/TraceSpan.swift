/// One span, in the terms of OpenTelemetry.
struct TraceSpan {
    enum Kind: Int {
        case server = 2
        case client = 3
    }

    enum Value {
        case string(String)
        case integer(Int)
        case double(Double)
        case boolean(Bool)
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
    var attributes: [(key: String, value: Value)] = []
    /// What went wrong; nil where nothing did.
    var error: String?

    mutating func set(_ key: String, _ value: String?) {
        if let value { attributes.append((key, .string(value))) }
    }

    mutating func set(_ key: String, _ value: Int?) {
        if let value { attributes.append((key, .integer(value))) }
    }

    mutating func set(_ key: String, _ value: Double?) {
        if let value { attributes.append((key, .double(value))) }
    }

    mutating func set(_ key: String, _ value: Bool) {
        attributes.append((key, .boolean(value)))
    }
}

extension TraceSpan {
    /// `Span` of opentelemetry/proto/trace/v1/trace.proto.
    func write(to writer: inout ProtobufWriter) {
        writer.identifier(1, context.traceID.high, context.traceID.low)
        writer.identifier(2, id)
        if let parent { writer.identifier(4, parent) }
        writer.string(5, name)
        writer.integer(6, kind.rawValue)
        writer.fixed64(7, start)
        writer.fixed64(8, end)
        for attribute in attributes { writer.message(9) { Self.write(attribute.key, attribute.value, to: &$0) } }
        if let error {
            writer.message(15) { status in
                status.string(2, error)
                status.integer(3, 2)
            }
        }
        // The sampled bit, that the parent's place is known, and what it is.
        writer.fixed32(16, (context.isSampled ? 1 : 0) | 0x100 | (isParentRemote ? 0x200 : 0))
    }

    /// `KeyValue` of opentelemetry/proto/common/v1/common.proto.
    static func write(_ key: String, _ value: Value, to writer: inout ProtobufWriter) {
        writer.string(1, key)
        writer.message(2) { any in
            switch value {
            case .string(let text): any.string(1, text)
            case .boolean(let flag): any.integer(2, flag ? 1 : 0)
            case .integer(let number): any.integer(3, number)
            case .double(let number): any.fixed64(4, number.bitPattern)
            }
        }
    }
}
