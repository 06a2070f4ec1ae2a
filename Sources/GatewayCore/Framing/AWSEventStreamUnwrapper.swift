/// Takes the events of another format out of the messages in which InvokeModel sends them: `{"bytes": base64}`.
///
/// A frame's event is the type that its JSON names. What Bedrock adds to the last event, its own metrics, is taken out:
/// strict clients of the format refuse it.
///
/// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
package struct AWSEventStreamUnwrapper: FrameDecoder {
    private var messages: AWSEventStreamDecoder
    private var failure: FramingError?

    private static let metricsKey = "amazon-bedrock-invocationMetrics"
    private static let quotedMetricsKey = Array("\"\(metricsKey)\"".utf8)

    package init(limit: Int = AWSEventStreamDecoder.maxMessageBytes) {
        messages = AWSEventStreamDecoder(limit: limit)
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        messages.append(bytes)
    }

    package mutating func next() throws(FramingError) -> Frame? {
        if let failure { throw failure }
        while let message = try messages.next() {
            guard message.event == "chunk" else { continue }
            do {
                return try Self.unwrapped(message)
            } catch {
                failure = error
                throw error
            }
        }
        return nil
    }

    package mutating func finish() throws(FramingError) -> Frame? {
        if let failure { throw failure }
        return try messages.finish()
    }

    private static func unwrapped(_ message: Frame) throws(FramingError) -> Frame {
        // Whatever is wrong with the JSON or the base64, the message cannot be read.
        guard let chunk = try? JSONPeek(message.data), let text = chunk.string(chunk["bytes"]),
            var data = Base64.decode(text), let event = try? JSONPeek(data)
        else { throw .malformed("a chunk holds no event") }
        let holdsMetrics = data.withUnsafeBytes { ByteSearch.first(of: quotedMetricsKey, in: $0) != nil }
        if holdsMetrics, let trimmed = try? event.bytes(applying: [.remove(JSONPointer(tokens: [metricsKey]))]) {
            data = trimmed
        }
        return Frame(event: event.string(event["type"]), data: data)
    }
}
