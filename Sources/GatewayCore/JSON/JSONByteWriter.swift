/// Writes JSON text straight into bytes, without a tree: for the stream encoders, which write thousands of small
/// objects a second.
///
/// It sets the commas. That what is opened is closed, and that keys stand only in objects, is the caller's to see to.
///
///     output.appendJSON { json in
///         json.beginObject()
///         json.key("text")
///         json.string(delta)
///         json.endObject()
///     }
package struct JSONByteWriter {
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init() {
        bytes = []
    }

    fileprivate init(continuing bytes: consuming [UInt8]) {
        self.bytes = bytes
    }

    fileprivate mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    // MARK: Structure

    package mutating func beginObject() { begin(UInt8(ascii: "{")) }
    package mutating func endObject() { end(UInt8(ascii: "}")) }
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    /// - Parameter key: a name of a wire format: it must hold nothing that JSON escapes.
    package mutating func key(_ key: StaticString) {
        JSONText.writeKey(key, needsComma ? .later : .first, into: &bytes)
        needsComma = false
    }

    package mutating func key(text: String) {
        JSONText.writeKey(text, needsComma ? .later : .first, into: &bytes)
        needsComma = false
    }

    // MARK: Values

    package mutating func string(_ string: String) {
        separate()
        JSONText.write(string, into: &bytes)
        needsComma = true
    }

    package mutating func number(_ value: Int) {
        separate()
        JSONText.write(value, into: &bytes)
        needsComma = true
    }

    package mutating func number(_ number: JSONNumber) {
        separate()
        JSONText.write(number, into: &bytes)
        needsComma = true
    }

    package mutating func bool(_ bool: Bool) {
        separate()
        JSONText.write(bool, into: &bytes)
        needsComma = true
    }

    package mutating func null() {
        raw("null")
    }

    package mutating func value(_ value: JSONValue) {
        separate()
        value.write(into: &bytes)
        needsComma = true
    }

    /// Appends text that is one JSON value already.
    package mutating func raw(_ json: StaticString) {
        separate()
        JSONText.append(json, to: &bytes)
        needsComma = true
    }

    /// Appends bytes that are one JSON value already.
    package mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    // MARK: Members

    package mutating func member(_ key: StaticString, _ string: String) {
        self.key(key)
        self.string(string)
    }

    package mutating func member(_ key: StaticString, _ number: Int) {
        self.key(key)
        self.number(number)
    }

    package mutating func member(_ key: StaticString, _ bool: Bool) {
        self.key(key)
        self.bool(bool)
    }

    package mutating func member(_ key: StaticString, _ value: JSONValue) {
        self.key(key)
        self.value(value)
    }

    /// Writes the member with null: a format that requires the key wants it so.
    package mutating func member(_ key: StaticString, orNull string: String?) {
        self.key(key)
        if let string { self.string(string) } else { null() }
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    @inline(__always)
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }
}

extension [UInt8] {
    /// Appends what the closure writes; the bytes are handed over and back, not copied.
    package mutating func appendJSON(_ write: (inout JSONByteWriter) -> Void) {
        var bytes: [UInt8] = []
        swap(&bytes, &self)
        var writer = JSONByteWriter(continuing: consume bytes)
        write(&writer)
        self = writer.takeBytes()
    }
}
