/// A streamed block that only this format knows, while its pieces arrive.
struct AnthropicForeignBlock {
    private var object: JSONObject
    private var input = ""

    init(_ start: JSONObject) {
        object = start
    }

    /// Takes a delta: fragments of JSON make the block's input; other strings grow, and what is no string is replaced.
    mutating func append(_ delta: JSONObject) {
        if delta["type"] == "input_json_delta" {
            input += delta["partial_json"]?.string ?? ""
            return
        }
        for member in delta where member.key != "type" {
            if let before = object[member.key]?.string, let more = member.value.string {
                object[member.key] = .string(before + more)
            } else {
                object[member.key] = member.value
            }
        }
    }

    var finished: JSONObject {
        guard !input.isEmpty else { return object }
        var object = object
        object["input"] = .object(ArgumentsObject(input).object)
        return object
    }
}
