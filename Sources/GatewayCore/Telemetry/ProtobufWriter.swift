/// Writes the binary format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/), as far as OTLP needs it.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case length = 2
        case fixed32 = 5
    }

    init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    mutating func string(_ field: Int, _ value: String) {
        tag(field, .length)
        value.withBytes { text in
            varint(UInt64(text.count))
            bytes.append(contentsOf: text)
        }
    }

    mutating func integer(_ field: Int, _ value: Int) {
        tag(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func fixed32(_ field: Int, _ value: UInt32) {
        tag(field, .fixed32)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func fixed64(_ field: Int, _ value: UInt64) {
        tag(field, .fixed64)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Bytes of which the word's highest stands first.
    mutating func identifier(_ field: Int, _ word: UInt64) {
        tag(field, .length)
        bytes.append(8)
        withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// The same for an identifier of two words.
    mutating func identifier(_ field: Int, _ high: UInt64, _ low: UInt64) {
        tag(field, .length)
        bytes.append(16)
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes.append(contentsOf: $0) }
    }

    /// A message inside this one, written in place: nearly all are shorter than 128 bytes, whose length is one byte. What a
    /// longer one needs more is put in afterwards.
    mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        tag(field, .length)
        let place = bytes.count
        bytes.append(0)
        write(&self)
        var rest = bytes.count - place - 1
        var last = place
        while rest >= 0x80 {
            bytes[last] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            last += 1
            bytes.insert(0, at: last)
        }
        bytes[last] = UInt8(rest)
    }

    private mutating func tag(_ field: Int, _ type: WireType) {
        varint(UInt64(field) << 3 | type.rawValue)
    }

    @inline(__always)
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
