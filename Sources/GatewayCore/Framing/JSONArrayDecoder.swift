/// Cuts one JSON array that arrives piece by piece into frames, one an element: how Gemini streams without `alt=sse`.
///
/// It looks for the ends of the elements and for what stands between them; whether an element is valid JSON is found out by
/// whoever parses the frame.
package struct JSONArrayDecoder: FrameDecoder {
    private enum Position: Sendable {
        case beforeArray, beforeFirstElement, beforeElement, afterElement, afterArray
        /// Inside an element: how many of its containers are open, and whether a string is.
        case inContainer(depth: Int, isInString: Bool)
        case inString
        case inScalar
    }

    private let limit: Int
    private var buffer = FrameBuffer()
    private var position = Position.beforeArray
    /// The last byte looked at was a backslash in a string.
    private var isEscaped = false
    private var failure: FramingError?

    /// - Parameter limit: how many bytes one element may have.
    package init(limit: Int = FrameLimits.bytes) {
        self.limit = limit
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        buffer.append(bytes)
    }

    package mutating func next() throws(FramingError) -> Frame? {
        if let failure { throw failure }
        do throws(FramingError) {
            let frame = try scan()
            guard buffer.pendingCount <= limit, frame?.data.count ?? 0 <= limit else {
                throw .frameTooLarge(limit: limit)
            }
            return frame
        } catch {
            failure = error
            throw error
        }
    }

    /// Throws unless the closing bracket has come.
    package mutating func finish() throws(FramingError) -> Frame? {
        if let failure { throw failure }
        guard case .afterArray = position else { throw .truncated(pendingBytes: buffer.pendingCount) }
        return nil
    }

    private mutating func scan() throws(FramingError) -> Frame? {
        while buffer.cursor < buffer.bytes.count {
            switch position {
            case .inContainer(let depth, isInString: true):
                guard passString() else { return nil }
                position = .inContainer(depth: depth, isInString: false)
            case .inContainer(let depth, isInString: false):
                if passContainer(depth: depth) { return takeElement() }
            case .inString:
                return passString() ? takeElement() : nil
            case .inScalar:
                guard isScalarEnd(buffer.bytes[buffer.cursor]) else {
                    buffer.cursor += 1
                    continue
                }
                return takeElement()
            case .beforeArray, .beforeFirstElement, .beforeElement, .afterElement, .afterArray:
                try passBetweenElements(buffer.bytes[buffer.cursor])
            }
        }
        return nil
    }

    private mutating func takeElement() -> Frame {
        let data = Array(buffer.bytes[buffer.start..<buffer.cursor])
        buffer.take(upTo: buffer.cursor)
        position = .afterElement
        return Frame(data: data)
    }

    // MARK: Between elements

    private mutating func passBetweenElements(_ byte: UInt8) throws(FramingError) {
        if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            buffer.take(upTo: buffer.cursor + 1)
            return
        }
        switch (position, byte) {
        case (.beforeArray, UInt8(ascii: "[")):
            position = .beforeFirstElement
        case (.beforeFirstElement, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")):
            position = .afterArray
        case (.afterElement, UInt8(ascii: ",")):
            position = .beforeElement
        case (.beforeFirstElement, _), (.beforeElement, _):
            return try startElement(byte)
        default:
            throw .unexpectedByte(byte, offset: buffer.streamOffset)
        }
        buffer.take(upTo: buffer.cursor + 1)
    }

    private mutating func startElement(_ byte: UInt8) throws(FramingError) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            position = .inContainer(depth: 1, isInString: false)
        case UInt8(ascii: "\""):
            position = .inString
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            position = .inScalar
        default:
            throw .unexpectedByte(byte, offset: buffer.streamOffset)
        }
        buffer.cursor += 1
    }

    private func isScalarEnd(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
    }

    // MARK: Inside an element

    /// Looks at what is outside strings, up to the next string or the end of the element: then the answer is true.
    private mutating func passContainer(depth: Int) -> Bool {
        var depth = depth
        var index = buffer.cursor
        defer { buffer.cursor = index }
        while index < buffer.bytes.count {
            let byte = buffer.bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                position = .inContainer(depth: depth, isInString: true)
                return false
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return true }
            default:
                break
            }
        }
        position = .inContainer(depth: depth, isInString: false)
        return false
    }

    /// Looks at the inside of a string, up to behind its closing quote: then the answer is true.
    private mutating func passString() -> Bool {
        let (end, isClosed, isEscaped) = Self.stringEnd(in: buffer.bytes, from: buffer.cursor, isEscaped: isEscaped)
        buffer.cursor = end
        self.isEscaped = isEscaped
        return isClosed
    }

    private static func stringEnd(
        in bytes: [UInt8], from start: Int, isEscaped: Bool
    ) -> (end: Int, isClosed: Bool, isEscaped: Bool) {
        // SAFETY: the pointer is used inside the closure only, and a word is only loaded where eight bytes are left.
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return (start, false, isEscaped) }
            var index = isEscaped ? start + 1 : start
            while index < buffer.count {
                if index + ByteWord.width <= buffer.count {
                    let marks = ByteWord(loadingFrom: base + index).quotesAndBackslashes
                    index += marks == 0 ? ByteWord.width : ByteWord.firstIndex(in: marks)
                    if marks == 0 { continue }
                }
                switch buffer[index] {
                case UInt8(ascii: "\""): return (index + 1, true, false)
                case UInt8(ascii: "\\"): index += 2
                default: index += 1
                }
            }
            return (buffer.count, false, index > buffer.count)
        }
    }
}
