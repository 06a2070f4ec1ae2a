/// How a stream is cut into frames.
public enum StreamFraming: Sendable, Hashable {
    /// Server-sent events.
    case sse
    /// The elements of one JSON array (Gemini without `alt=sse`).
    case jsonArray
    /// AWS's binary messages (Converse).
    case eventStream
    /// AWS's binary messages, each with one event of another format in base64 (InvokeModel).
    case wrappedEventStream
}

extension StreamFraming {
    package var mediaType: String {
        switch self {
        case .sse: "text/event-stream"
        case .jsonArray: "application/json"
        case .eventStream, .wrappedEventStream: "application/vnd.amazon.eventstream"
        }
    }

    package func makeDecoder() -> any FrameDecoder {
        switch self {
        case .sse: SSEDecoder()
        case .jsonArray: JSONArrayDecoder()
        case .eventStream: AWSEventStreamDecoder()
        case .wrappedEventStream: AWSEventStreamUnwrapper()
        }
    }

    /// Writes a frame again that came in any framing. Elements of an array need a `JSONArrayWriter`, which knows the first.
    package func write(_ frame: Frame, into output: inout [UInt8]) {
        switch self {
        case .sse, .jsonArray: SSEWriter.write(frame, into: &output)
        case .eventStream: AWSEventStreamWriter.write(frame, into: &output)
        case .wrappedEventStream: AWSEventStreamWriter.write(wrapping: frame.data, into: &output)
        }
    }
}
