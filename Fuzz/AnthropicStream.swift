// fuzz-sources: Tests/GatewayCoreTests/Formats/Laws/GrammarChecker.swift

@testable import GatewayCore

/// Whatever a provider sends as a stream: the decoder keeps the grammar, and what the encoder writes of it is a stream
/// that reads back as the same text, calls and end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAnthropicStream(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(data, count)
    let codec = AnthropicCodec()
    let frames = input.anthropicFrames()
    let events = codec.events(toldBy: frames)
    require(GrammarChecker.violation(in: events) == nil, "the decoder keeps the grammar")

    var encoder = codec.makeStreamEncoder(for: RequestEcho(model: "m", fallbackID: "x", created: 1))
    var output: [UInt8] = []
    for event in events { encoder.encode(event, into: &output) }
    var framing = SSEDecoder()
    let stream = DecodedStream([output[...]], with: &framing)
    require(stream.error == nil, "what the encoder wrote can be cut into frames")
    require(stream.frames.allSatisfy { $0.event != nil }, "every event is named")
    let again = codec.events(toldBy: stream.frames)
    if case .failed(let failure)? = again.last { require(failure.kind != .malformed, "the stream is well formed") }

    guard case .ended? = events.last else { return 0 }
    require(GrammarChecker.violation(in: again) == nil, "the stream that was written keeps the grammar")
    let (first, second) = (fold(events), fold(again))
    require(first.text == second.text, "no text is lost")
    require(first.toolCalls.map(\.name) == second.toolCalls.map(\.name), "no call is lost")
    require(second.stop != nil, "the end has a reason")
    return 0
}

private func fold(_ events: [StreamEvent]) -> ChatReply {
    var accumulator = ReplyAccumulator()
    for event in events { accumulator.apply(event) }
    return accumulator.reply
}

extension FuzzInput {
    /// The input as server-sent events; or, so that more than the first brace is reached, each byte as the choice of a
    /// frame that nearly fits.
    fileprivate mutating func anthropicFrames() -> [Frame] {
        if Bool.random(using: &self) {
            var framing = SSEDecoder(limit: 4096)
            return DecodedStream([bytes[...]], with: &framing).frames
        }
        return bytes.prefix(64).map { byte in
            let index = Int(byte >> 5) & 3
            let text = Self.texts[Int.random(in: 0..<Self.texts.count, using: &self)]
            return Frame(data: Array(Self.frame(Int(byte & 0x1F), index: index, text: text).utf8))
        }
    }

    private static let texts = ["", "a", #"\n"#, #"\ud83d\ude00"#, #"{\"a\":1}"#, #"\ud800"#, "é", "}}", #"\u0000"#]

    private static let blocks = [
        #"{"type":"text","text":""}"#, #"{"type":"text"}"#, #"{"type":"thinking","thinking":"","signature":""}"#,
        #"{"type":"tool_use","id":"t","name":"f","input":{}}"#,
        #"{"type":"tool_use","id":"u","name":"g","input":{"a":1}}"#,
        #"{"type":"redacted_thinking","data":"x"}"#, #"{"type":"server_tool_use","id":"s","name":"w","input":{}}"#,
        #"{"type":"image","source":{"type":"url","url":"u"}}"#, #"{"type":"news","text":"x"}"#,
    ]

    private static func frame(_ choice: Int, index: Int, text: String) -> String {
        let delta = { (inside: String) in
            #"{"type":"content_block_delta","index":\#(index),"delta":\#(inside)}"#
        }
        return switch choice {
        case 0, 1:
            #"{"type":"message_start","message":{"id":"m","model":"m","usage":{"input_tokens":1,"output_tokens":1},"container":null}}"#
        case 2, 3, 4: delta(#"{"type":"text_delta","text":"\#(text)"}"#)
        case 5, 6: delta(#"{"type":"input_json_delta","partial_json":"\#(text)"}"#)
        case 7: delta(#"{"type":"thinking_delta","thinking":"\#(text)"}"#)
        case 8: delta(#"{"type":"signature_delta","signature":"\#(text)"}"#)
        case 9: delta(#"{"type":"citations_delta","citation":{"x":1}}"#)
        case 10: delta(#"{"type":"mood_delta","mood":"\#(text)"}"#)
        case 11, 12, 13: #"{"type":"content_block_stop","index":\#(index)}"#
        case 14, 15:
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}"#
        case 16: #"{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":-5}}"#
        case 17, 18: #"{"type":"message_stop"}"#
        case 19: #"{"type":"ping"}"#
        case 20: #"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#
        case 21: #"{"type":"note","text":"\#(text)"}"#
        default:
            #"{"type":"content_block_start","index":\#(index),"content_block":\#(blocks[choice % blocks.count])}"#
        }
    }
}
