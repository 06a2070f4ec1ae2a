/// Writes the events of one stream: each named twice, in the frame and in its data, and numbered without a gap.
struct ResponsesEventWriter {
    private(set) var sequenceNumber = 0

    mutating func resume(at number: Int) {
        sequenceNumber = number
    }

    mutating func write(
        _ type: StaticString, into output: inout [UInt8], members: (inout JSONByteWriter) -> Void
    ) {
        let number = takeNumber()
        SSEWriter.write(event: type, into: &output) { json in
            json.beginObject()
            json.key("type")
            json.string("\(type)")
            members(&json)
            json.member("sequence_number", number)
            json.endObject()
        }
    }

    /// An event that this format's decoder passed on whole.
    mutating func write(_ event: JSONObject, into output: inout [UInt8]) {
        var event = event
        event["sequence_number"] = .number(JSONNumber(takeNumber()))
        SSEWriter.write(Frame(event: event["type"]?.string, data: event.serialized()), into: &output)
    }

    mutating func write(response: JSONObject, as type: StaticString, into output: inout [UInt8]) {
        write(type, into: &output) { $0.member("response", .object(response)) }
    }

    /// Writes a delta between bytes that are the same for all of its part.
    mutating func write(delta: String, in frame: ResponsesDeltaFrame, into output: inout [UInt8]) {
        output.append(contentsOf: frame.head)
        JSONText.writeContent(of: delta, into: &output)
        output.append(contentsOf: frame.tail)
        JSONText.write(takeNumber(), into: &output)
        JSONText.append("}\n\n", to: &output)
    }

    private mutating func takeNumber() -> Int {
        defer { sequenceNumber += 1 }
        return sequenceNumber
    }
}

/// The bytes around the deltas of one part.
struct ResponsesDeltaFrame {
    fileprivate var head: [UInt8] = []
    fileprivate var tail: [UInt8] = []

    /// - Parameter place: the rest of the part's address, such as `content_index`.
    init(_ type: StaticString, itemID: String, outputIndex: Int, place: (key: StaticString, index: Int)?) {
        JSONText.append("event: ", to: &head)
        JSONText.append(type, to: &head)
        JSONText.append("\ndata: ", to: &head)
        head.appendJSON { json in
            json.beginObject()
            json.key("type")
            json.string("\(type)")
            json.member("item_id", itemID)
            json.member("output_index", outputIndex)
            if let place { json.member(place.key, place.index) }
            json.key("delta")
        }
        head.append(UInt8(ascii: "\""))
        let isText = "\(type)" == "response.output_text.delta"
        JSONText.append(isText ? "\",\"logprobs\":[],\"sequence_number\":" : "\",\"sequence_number\":", to: &tail)
    }
}
