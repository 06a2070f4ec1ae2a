/// Walks over a JSON text and checks it by RFC 8259 without building anything: the grammar, UTF-8 and the depth.
///
/// The parser, the peek and the framing of JSON arrays stand on it.
///
/// SAFETY: the scanner holds a borrowed pointer. It is only made inside `withUnsafeBufferPointer` and never leaves it. Every
/// read is behind a comparison with `count`.
struct JSONScanner {
    let base: UnsafePointer<UInt8>
    let count: Int
    let limits: JSONLimits
    /// Where the next token is looked for.
    var offset = 0
    /// Belongs to the text, not to the offset: it stays true wherever that is moved.
    var stops = Stops()

    /// Fails for a text without a byte and for one that starts with a byte order mark.
    init(_ buffer: UnsafeBufferPointer<UInt8>, limits: JSONLimits) throws(JSONError) {
        guard let base = buffer.baseAddress, buffer.count > 0 else {
            throw JSONError(offset: 0, kind: .unexpectedEnd)
        }
        if buffer.count >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF {
            throw JSONError(offset: 0, kind: .byteOrderMark)
        }
        self.base = base
        count = buffer.count
        self.limits = limits
    }

    /// Skips white space and returns the byte that starts the next token, without passing it.
    @inline(__always)
    mutating func peekToken() throws(JSONError) -> UInt8 {
        if offset < count, base[offset] > 0x20 { return base[offset] }
        skipSpace()
        guard offset < count else { throw JSONError(offset: count, kind: .unexpectedEnd) }
        return base[offset]
    }

    /// Passes white space, of which indented text has long runs.
    @inline(never)
    private mutating func skipSpace() {
        var index = offset
        while index < count {
            let byte = base[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            index &+= 1
            while count &- index >= ByteWord.width {
                let others = ByteWord(loadingFrom: base + index).bits ^ ByteWord.repeating(0x20)
                index &+= ByteWord.firstIndex(in: others)
                if others != 0 { break }
            }
        }
        offset = index
    }

    /// The error of a byte that stands where the grammar wants something else.
    func unexpected(_ expected: JSONError.Expectation) -> JSONError {
        guard offset < count else { return JSONError(offset: count, kind: .unexpectedEnd) }
        return JSONError(offset: offset, kind: .unexpectedByte(base[offset], expected: expected))
    }

    /// Passes white space up to the end of the text, which must come.
    mutating func finish() throws(JSONError) {
        while offset < count {
            switch base[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: throw JSONError(offset: offset, kind: .trailingBytes)
            }
        }
    }

    /// Passes one value of any kind. `offset` must be at its first byte, as `peekToken` leaves it.
    /// - Parameter depth: how many containers are open around the value.
    @inline(__always)
    mutating func skipValue(_ first: UInt8, depth: Int) throws(JSONError) {
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            try skipContainer(first, depth: depth)
        } else {
            try skipScalar(first)
        }
    }

    @inline(__always)
    private mutating func skipScalar(_ first: UInt8) throws(JSONError) {
        switch first {
        case UInt8(ascii: "\""): _ = try scanString()
        case UInt8(ascii: "t"): try skipLiteral("true")
        case UInt8(ascii: "f"): try skipLiteral("false")
        case UInt8(ascii: "n"): try skipLiteral("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber()
        default: throw unexpected(.value)
        }
    }

    /// Passes an object or array with all that is in it. Up to sixty-four open ones are bits of a word; those inside have a
    /// call of their own.
    @inline(never)
    private mutating func skipContainer(_ first: UInt8, depth: Int) throws(JSONError) {
        var next = first
        var open = 0
        // Whether they are objects, the innermost as the lowest bit.
        var kinds: UInt64 = 0
        while true {
            // At the first byte of a value.
            if next == UInt8(ascii: "{"), open < UInt64.bitWidth {
                if try enterObject(depth: depth &+ open) {
                    kinds = kinds &<< 1 | 1
                    open &+= 1
                    _ = try scanKey()
                    next = try peekToken()
                    continue
                }
            } else if next == UInt8(ascii: "["), open < UInt64.bitWidth {
                if try enterArray(depth: depth &+ open) {
                    kinds = kinds &<< 1
                    open &+= 1
                    next = try peekToken()
                    continue
                }
            } else if next == UInt8(ascii: "{") || next == UInt8(ascii: "[") {
                try skipContainer(next, depth: depth &+ open)
            } else {
                try skipScalar(next)
            }
            // Behind a value.
            while open > 0 {
                if kinds & 1 == 1 {
                    if try continueObject() {
                        _ = try scanKey()
                        break
                    }
                } else if try continueArray() {
                    break
                }
                kinds = kinds &>> 1
                open &-= 1
            }
            guard open > 0 else { return }
            next = try peekToken()
        }
    }

    // MARK: Structure

    /// Passes the opening brace, and the closing one when nothing is between them: then the answer is false.
    @inline(__always)
    mutating func enterObject(depth: Int) throws(JSONError) -> Bool {
        try enter(depth: depth)
        let next = try peekToken()
        if next == UInt8(ascii: "\"") { return true }
        guard next == UInt8(ascii: "}") else { throw unexpected(.keyOrEnd) }
        offset += 1
        return false
    }

    /// Passes a key and its colon. The key's quotes are one byte outside the token on each side.
    @inline(__always)
    mutating func scanKey() throws(JSONError) -> StringToken {
        guard try peekToken() == UInt8(ascii: "\"") else { throw unexpected(.key) }
        let key = try scanString()
        guard try peekToken() == UInt8(ascii: ":") else { throw unexpected(.colon) }
        offset += 1
        return key
    }

    /// Passes what stands after a member: true for a comma, false for the end of the object.
    @inline(__always)
    mutating func continueObject() throws(JSONError) -> Bool {
        let next = try peekToken()
        guard next == UInt8(ascii: ",") || next == UInt8(ascii: "}") else { throw unexpected(.commaOrObjectEnd) }
        offset += 1
        return next == UInt8(ascii: ",")
    }

    /// Passes the opening bracket, and the closing one when nothing is between them: then the answer is false.
    @inline(__always)
    mutating func enterArray(depth: Int) throws(JSONError) -> Bool {
        try enter(depth: depth)
        guard try peekToken() == UInt8(ascii: "]") else { return true }
        offset += 1
        return false
    }

    /// Passes what stands after an element: true for a comma, false for the end of the array.
    @inline(__always)
    mutating func continueArray() throws(JSONError) -> Bool {
        let next = try peekToken()
        guard next == UInt8(ascii: ",") || next == UInt8(ascii: "]") else { throw unexpected(.commaOrArrayEnd) }
        offset += 1
        return next == UInt8(ascii: ",")
    }

    @inline(__always)
    private mutating func enter(depth: Int) throws(JSONError) {
        guard depth < limits.depth else {
            throw JSONError(offset: offset, kind: .tooDeep(limit: limits.depth))
        }
        offset += 1
    }
}
