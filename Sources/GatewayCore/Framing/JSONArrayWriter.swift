/// Writes frames as the elements of one JSON array, each as soon as it is there, with the line breaks Gemini sends.
package struct JSONArrayWriter: Sendable {
    private var isStarted = false

    package init() {}

    /// - Parameter element: one JSON value.
    package mutating func write(_ element: some Collection<UInt8>, into output: inout [UInt8]) {
        start(into: &output)
        output.append(contentsOf: element)
    }

    /// Writes an element without making its bytes first.
    package mutating func write(into output: inout [UInt8], json: (inout JSONByteWriter) -> Void) {
        start(into: &output)
        output.appendJSON(json)
    }

    /// Closes the array; without any element it is an empty one.
    package mutating func finish(into output: inout [UInt8]) {
        JSONText.append(isStarted ? "\n]" : "[]", to: &output)
    }

    private mutating func start(into output: inout [UInt8]) {
        JSONText.append(isStarted ? "\n,\r\n" : "[", to: &output)
        isStarted = true
    }
}
