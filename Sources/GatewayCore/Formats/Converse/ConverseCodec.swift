/// Amazon Bedrock's Converse API, `POST /model/{modelId}/converse` and `/converse-stream`, in both directions.
///
/// What is where:
/// - requests: `+DecodeRequest`, `+DecodeMessage`, `+Tools`, `+Media`; written by `ConverseRequestEncoder`;
/// - replies: `+DecodeReply`, `+EncodeReply`, `+StopReason`, `+Usage`;
/// - streams: `ConverseStreamDecoder`, `ConverseStreamEncoder`, in AWS's event stream;
/// - failures, also those inside streams: `+Failure`;
/// - what is known of the models by their names: `ConverseModelTraits`.
///
/// What Claude proves of its thinking is the same on every platform, so signatures here are Anthropic's: they travel between
/// the two formats. ("Building with extended thinking" on platform.claude.com: signatures are compatible across platforms.)
///
/// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and the service model of
/// botocore 1.44.
package struct ConverseCodec: WireCodec {
    package init() {}

    package var format: WireFormat { .converse }
    package var streamFraming: StreamFraming { .eventStream }
    package var namesModelInBody: Bool { false }
    package var takesMediaByURL: Bool { false }
    package var toolNameRule: IdentifierRule { Self.toolNameRule }
    package var streamMarks: StreamMarks { Self.streamMarks }

    static let toolNameRule = IdentifierRule(maximumLength: 64)
    static let callIDRule = IdentifierRule(
        maximumLength: 64, punctuation: [UInt8(ascii: "."), UInt8(ascii: ":")])

    /// The usage follows the end, in a frame that a relay still passes on.
    private static let streamMarks = StreamMarks(
        usageKey: "usage", terminator: .token(Array("\"stopReason\"".utf8)) { $0.string($0["stopReason"]) != nil })

    /// Bedrock shows Claude's.
    package func carriesProofs(of origin: WireFormat) -> Bool { origin == .anthropic }

    package func encodeRequest(
        _ request: ChatRequest, for target: ConversionTarget, notes: inout [ConversionNote]
    ) throws(ConversionError) -> JSONObject {
        var encoder = ConverseRequestEncoder(request, for: target)
        let body = try encoder.encode()
        notes += encoder.notes
        return body
    }

    package func makeStreamDecoder() -> any StreamDecoder { ConverseStreamDecoder() }

    package func makeStreamEncoder(for echo: RequestEcho) -> any StreamEncoder { ConverseStreamEncoder() }
}
