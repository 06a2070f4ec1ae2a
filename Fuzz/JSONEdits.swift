@testable import GatewayCore

/// Editing the bytes of a document and editing its tree come to the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSONEdits(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    guard let peek = try? JSONPeek(input.bytes), var tree = try? JSONValue(parsing: input.bytes) else { return 0 }
    require(try peek.bytes(applying: []) == input.bytes, "without an edit nothing changes")
    let edits = (0..<Int.random(in: 1...4, using: &input)).map { _ in makeEdit(in: tree, using: &input) }
    let treeError = Result { () throws(JSONEditError) in try tree.apply(edits) }.error
    switch Result(catching: { () throws(JSONEditError) in try peek.bytes(applying: edits) }) {
    case .success(let bytes):
        require(treeError == nil, "what can be spliced can be set")
        require(try JSONValue(parsing: bytes) == tree, "the spliced text is the edited tree")
    case .failure(let error):
        require(error == treeError, "both refuse the same place")
    }
    return 0
}

extension Result {
    fileprivate var error: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}

/// An edit somewhere in the document, or near.
private func makeEdit(in tree: JSONValue, using input: inout FuzzInput) -> JSONEdit {
    var pointer = JSONPointer()
    var value = tree
    for _ in 0..<Int.random(in: 0...4, using: &input) {
        let token: String
        switch value {
        case .object(let object):
            token = object.keys.randomElement(using: &input).flatMap { Bool.random(using: &input) ? $0 : nil } ?? "new"
        case .array(let elements):
            token = Bool.random(using: &input) ? "-" : String(Int.random(in: 0...elements.count, using: &input))
        case .null, .bool, .number, .string:
            token = "x"
        }
        pointer = pointer.appending(token)
        value = value[JSONPointer(tokens: [token])] ?? .null
    }
    let values: [JSONValue] = [nil, 1, "\u{1F}\"é", [:], ["a": ["b": nil]], [[]]]
    let new = values.randomElement(using: &input) ?? nil
    switch Int.random(in: 0..<4, using: &input) {
    case 0: return .set(pointer, new)
    case 1: return .prepend(pointer, new)
    case 2: return .insert(pointer, new)
    default: return .remove(pointer)
    }
}
