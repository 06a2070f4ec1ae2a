@testable import GatewayCore

/// Parsing, writing and peeking agree with each other, whatever the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = FuzzInput(data, count)
    let parsed = Result { () throws(JSONError) in try JSONValue(parsing: input.buffer.span) }
    let peeked = Result { () throws(JSONError) in try JSONPeek(input.bytes) }
    switch (parsed, peeked) {
    case (.failure(let error), .failure(let other)):
        require(error == other, "parser and peek refuse for the same reason at the same place")
        require(error.offset <= count && !error.description(in: input.buffer).isEmpty, "an error is inside the text")
    case (.success(let value), .success(let peek)):
        checkWriting(value)
        checkPeeking(peek, peek.root, value)
        checkCanonicalForm(peek, value)
    default:
        require(false, "parser and peek accept the same texts")
    }
    return 0
}

private func checkWriting(_ value: JSONValue) {
    let bytes = value.serialized()
    require(try JSONValue(parsing: bytes) == value, "what was written is read back")
    require(try JSONValue(parsing: bytes).serialized() == bytes, "writing is stable")
    require(try JSONValue(parsing: value.prettySerializedString) == value, "the pretty text says the same")
    require(String(validating: bytes, as: UTF8.self) != nil, "the text is UTF-8")
}

private func checkCanonicalForm(_ peek: JSONPeek, _ value: JSONValue) {
    let bytes = canonicalForm(peek)
    require(try canonicalForm(JSONPeek(bytes)) == bytes, "the canonical form is its own")
    require(try canonicalForm(JSONPeek(value.serialized())) == bytes, "it does not depend on the spelling")
}

private func canonicalForm(_ peek: JSONPeek) -> [UInt8] {
    var bytes: [UInt8] = []
    peek.writeCanonically(into: &bytes)
    return bytes
}

private func checkPeeking(_ peek: JSONPeek, _ place: JSONPeek.Value, _ value: JSONValue) {
    switch value {
    case .null: require(place.kind == .null, "null is seen")
    case .bool(let bool): require(peek.bool(place) == bool, "booleans agree")
    case .number(let number):
        require(place.kind == .number && peek.int(place) == number.int, "numbers agree")
        require(peek.text(of: place).elementsEqual(number.text.utf8), "the text of a number is kept")
    case .string(let string): require(peek.string(place) == string, "strings agree")
    case .array(let elements):
        let places = peek.elements(of: place)
        require(place.kind == .array && places.count == elements.count, "arrays agree")
        for (place, element) in zip(places, elements) { checkPeeking(peek, place, element) }
    case .object(let object):
        let places = peek.members(of: place)
        require(place.kind == .object && places.map(peek.key(of:)) == object.keys, "objects agree")
        for (place, member) in zip(places, object.members) { checkPeeking(peek, place.value, member.value) }
    }
}
