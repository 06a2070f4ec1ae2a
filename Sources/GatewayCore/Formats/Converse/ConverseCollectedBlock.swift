/// A streamed block that is told whole when it stops: images, and what tools of the provider's own were asked and said.
struct ConverseCollectedBlock {
    private let kind: String
    private var members: JSONObject
    private var input = ""
    private var content: [JSONValue] = []

    /// - Parameter start: the union that names the kind of the block.
    init(_ start: JSONObject) {
        kind = start.members.first?.key ?? ""
        members = start.members.first?.value.object ?? [:]
    }

    /// Fragments of JSON make a call's input, lists of pieces a result's content, and everything else replaces what was.
    mutating func append(_ delta: JSONObject) {
        guard let piece = delta.members.first, piece.key == kind else { return }
        if let pieces = piece.value.array {
            for piece in pieces { append(piece) }
        } else if let fragment = piece.value["input"]?.string {
            input += fragment
        } else if let more = piece.value.object {
            for member in more { members[member.key] = member.value }
        }
    }

    /// Pieces of one text are joined.
    private mutating func append(_ piece: JSONValue) {
        if let more = piece["text"]?.string, let last = content.last?["text"]?.string {
            content[content.count - 1] = ["text": .string(last + more)]
        } else {
            content.append(piece)
        }
    }

    var part: ContentPart {
        var members = members
        if kind == "toolUse" {
            // What the provider's own model wrote for the provider's own tool is kept as it came.
            members["input"] = (try? JSONValue(parsing: input)) ?? .object([:])
        } else if kind == "toolResult" {
            members["content"] = .array(content)
        }
        let block: JSONObject = [kind: .object(members)]
        // A block that cannot be read as what it says it is stays what it is.
        return (try? ConverseCodec.decodePart(FieldReader(block)))
            ?? .foreign(Foreign(origin: .converse, value: .object(block)))
    }
}
