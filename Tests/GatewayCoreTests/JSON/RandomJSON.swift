@testable import GatewayCore

/// Makes documents and edits for the laws, repeatably.
struct RandomJSON {
    var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &generator)]
    }

    private mutating func space() -> String {
        pick(["", "", "", " ", "\n  ", "\t", "\r\n"])
    }

    private mutating func key() -> String {
        pick(["\"a\"", "\"b\"", "\"c\"", "\"0\"", "\"\\u0061\"", "\"é\"", "\"a/b\"", "\"\""])
    }

    private mutating func scalar() -> String {
        pick([
            "null", "true", "false", "0", "-1.50e+3", "12345678901234567890", "\"\"", "\"x\\n\\ud834\\udd1e é\"",
            "\"a text of more than one word of eight bytes \\\\ \\\" \"",
        ])
    }

    /// A document with white space in all places.
    mutating func text(depth: Int) -> String {
        space() + value(depth: depth) + space()
    }

    private mutating func value(depth: Int) -> String {
        guard depth > 0 else { return scalar() }
        let count = Int.random(in: 0...4, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return scalar()
        case 1:
            let elements = (0..<count).map { _ in space() + value(depth: depth - 1) + space() }
            return "[" + (elements.isEmpty ? space() : elements.joined(separator: ",")) + "]"
        default:
            let members = (0..<count).map { _ in
                space() + key() + space() + ":" + space() + value(depth: depth - 1) + space()
            }
            return "{" + (members.isEmpty ? space() : members.joined(separator: ",")) + "}"
        }
    }

    mutating func edit() -> JSONEdit {
        let tokens = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
            pick(["a", "b", "c", "0", "1", "-", "é", "a/b", ""])
        }
        let pointer = JSONPointer(tokens: tokens)
        let value: JSONValue = pick([nil, true, 7, "x\n", [], [1, [2]], [:], ["a": ["b": 1]], ["b": nil]])
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return .prepend(pointer, value)
        case 1: return .insert(pointer, value)
        case 2: return .remove(pointer)
        default: return .set(pointer, value)
        }
    }
}
