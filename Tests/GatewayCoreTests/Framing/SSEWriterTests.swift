import Testing

@testable import GatewayCore

struct SSEWriterTests {
    @Test func writesFieldsWithASpaceAndLineFeeds() {
        var output: [UInt8] = []
        SSEWriter.write(Frame(event: "e", data: Array("a\nb\r\nc\r".utf8), id: "1", retry: 9), into: &output)
        SSEWriter.write(data: "[DONE]", into: &output)
        SSEWriter.write(event: "ping", data: #"{"type":"ping"}"#, into: &output)
        SSEWriter.writeComment("keep-alive", into: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == "event: e\nid: 1\nretry: 9\ndata: a\ndata: b\ndata: c\ndata: \n\n"
                + "data: [DONE]\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n: keep-alive\n\n")
    }

    @Test func writesJSONStraightIntoAnEvent() {
        var output: [UInt8] = []
        SSEWriter.write(event: "delta", into: &output) { json in
            json.beginObject()
            json.member("text", "a\nb")
            json.endObject()
        }
        #expect(String(decoding: output, as: UTF8.self) == "event: delta\ndata: {\"text\":\"a\\nb\"}\n\n")
    }

    @Test func letsNoLineEndOutOfAField() {
        var output: [UInt8] = []
        SSEWriter.write(Frame(event: "a\ndata: forged\r", data: []), into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "event: a data: forged \ndata: \n\n")
    }
}
