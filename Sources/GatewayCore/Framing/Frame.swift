/// One unit of a provider's stream, whatever its framing: an SSE event, an element of a JSON array.
package struct Frame: Sendable, Equatable {
    package var event: String?
    package var data: [UInt8]

    package init(event: String? = nil, data: [UInt8]) {
        self.event = event
        self.data = data
    }
}
