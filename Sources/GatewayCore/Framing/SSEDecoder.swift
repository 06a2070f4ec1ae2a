/// Cuts a stream of server-sent events into frames by the rules of the WHATWG HTML standard, section 9.2.6.
///
/// Lines end with LF, CR or CRLF. An event that no blank line ends is discarded at the end of the stream, as the standard
/// says; `undispatchedBytes` tells that there was one. Invalid UTF-8 in the data is left as it is.
package struct SSEDecoder: FrameDecoder {
    private let limit: Int
    private var buffer = FrameBuffer()
    private var isAtStart = true
    /// The last line ended with a CR at the end of what had arrived; an LF that comes next belongs to it.
    private var skipsLineFeed = false
    private var failure: FramingError?

    private var event: String?
    private var data: [UInt8]?
    private var id: String?
    private var retry: Int?
    /// What the complete lines of the current event have, without comments.
    private var eventBytes = 0
    /// Streams repeat few event names; the last string is shared by the frames that have the same.
    private var lastEvent = ""

    /// - Parameter limit: how many bytes the lines of one event may have together.
    package init(limit: Int = FrameLimits.bytes) {
        self.limit = limit
    }

    /// How many bytes of an event have arrived that no blank line has ended yet. Comments do not count.
    package var undispatchedBytes: Int {
        let rest = buffer.bytes[buffer.start...]
        if skipsLineFeed, rest.elementsEqual([0x0A]) { return eventBytes }
        return rest.first == UInt8(ascii: ":") ? eventBytes : eventBytes + rest.count
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        buffer.append(bytes)
    }

    package mutating func next() throws(FramingError) -> Frame? {
        if let failure { throw failure }
        while let line = nextLine() {
            if line.isEmpty {
                if let frame = dispatch() { return frame }
            } else {
                try admit(line.count)
                read(line)
            }
        }
        try admit(buffer.pendingCount)
        return nil
    }

    /// Returns nil: the standard discards an event that is not complete.
    package mutating func finish() throws(FramingError) -> Frame? {
        if let failure { throw failure }
        return nil
    }

    /// Fails when the current event, with a line of that length, is larger than allowed.
    private mutating func admit(_ lineLength: Int) throws(FramingError) {
        guard eventBytes + lineLength > limit else { return }
        let error = FramingError.frameTooLarge(limit: limit)
        failure = error
        throw error
    }

    // MARK: Lines

    /// Takes the next complete line from the buffer; its range is without the line's end.
    private mutating func nextLine() -> Range<Int>? {
        if skipsLineFeed, buffer.start < buffer.bytes.count {
            skipsLineFeed = false
            if buffer.bytes[buffer.start] == 0x0A { buffer.take(upTo: buffer.start + 1) }
        }
        if isAtStart, !passByteOrderMark() { return nil }
        guard let end = Self.lineEnd(in: buffer.bytes, from: buffer.cursor) else {
            buffer.cursor = buffer.bytes.count
            return nil
        }
        let line = buffer.start..<end
        var next = end + 1
        if buffer.bytes[end] == 0x0D {
            if next == buffer.bytes.count {
                skipsLineFeed = true
            } else if buffer.bytes[next] == 0x0A {
                next += 1
            }
        }
        buffer.take(upTo: next)
        return line
    }

    /// Takes a byte order mark from the start of the stream. False while there is not enough to know whether it is one.
    private mutating func passByteOrderMark() -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let start = buffer.bytes.prefix(mark.count)
        guard start.count == mark.count || !mark.starts(with: start) else { return false }
        isAtStart = false
        if start.elementsEqual(mark) { buffer.take(upTo: mark.count) }
        return true
    }

    private static func lineEnd(in bytes: [UInt8], from start: Int) -> Int? {
        // SAFETY: the pointer is used inside the closure only, and a word is only loaded where eight bytes are left.
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var index = start
            while index + ByteWord.width <= buffer.count {
                let marks = ByteWord(loadingFrom: base + index).lineEnds
                if marks != 0 { return index + ByteWord.firstIndex(in: marks) }
                index += ByteWord.width
            }
            while index < buffer.count {
                if buffer[index] == 0x0A || buffer[index] == 0x0D { return index }
                index += 1
            }
            return nil
        }
    }

    // MARK: Fields

    private mutating func read(_ line: Range<Int>) {
        guard let colon = buffer.bytes[line].firstIndex(of: UInt8(ascii: ":")) else {
            return set(field: line, to: line.upperBound..<line.upperBound, lineLength: line.count)
        }
        guard colon > line.lowerBound else { return }
        var value = colon + 1..<line.upperBound
        if let first = buffer.bytes[value].first, first == UInt8(ascii: " ") { value = value.dropFirst() }
        set(field: line.lowerBound..<colon, to: value, lineLength: line.count)
    }

    private mutating func set(field: Range<Int>, to value: Range<Int>, lineLength: Int) {
        eventBytes += lineLength
        if isField(field, "data") {
            if data == nil {
                data = Array(buffer.bytes[value])
            } else {
                data?.append(0x0A)
                data?.append(contentsOf: buffer.bytes[value])
            }
        } else if isField(field, "event") {
            if !isLastEvent(value) {
                lastEvent = String(decoding: buffer.bytes[value], as: UTF8.self)
            }
            event = lastEvent
        } else if isField(field, "id") {
            guard !buffer.bytes[value].contains(0) else { return }
            id = String(decoding: buffer.bytes[value], as: UTF8.self)
        } else if isField(field, "retry") {
            let digits = buffer.bytes[value]
            guard digits.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return }
            retry = Int(String(decoding: digits, as: UTF8.self)) ?? retry
        }
    }

    private func isField(_ field: Range<Int>, _ name: StaticString) -> Bool {
        guard field.count == name.utf8CodeUnitCount else { return false }
        for index in 0..<field.count where buffer.bytes[field.lowerBound + index] != name.utf8Start[index] {
            return false
        }
        return true
    }

    private func isLastEvent(_ name: Range<Int>) -> Bool {
        guard name.count == lastEvent.utf8.count else { return false }
        return lastEvent.withBytes { last in
            // SAFETY: the range is one of a line of the buffer, and the pointers are used here only.
            buffer.bytes.withUnsafeBufferPointer { last.hasSameBytes(as: $0[name]) }
        }
    }

    /// Ends the current event; without any data there is nothing to dispatch.
    private mutating func dispatch() -> Frame? {
        defer {
            event = nil
            data = nil
            id = nil
            retry = nil
            eventBytes = 0
        }
        guard let data else { return nil }
        return Frame(event: event?.isEmpty == true ? nil : event, data: data, id: id, retry: retry)
    }
}
