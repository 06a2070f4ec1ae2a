/// Looks for what is not UTF-8 by the table of well-formed sequences in RFC 3629 section 4: nothing overlong, no surrogates,
/// nothing above U+10FFFF.
///
/// ASCII is passed sixty-four bytes a step. Of other text the windows of sixteen bytes with something in them that is not
/// ASCII are noted first and looked at then, so that no branch depends on where in the text such characters stand.
///
/// SAFETY: it holds a borrowed pointer and lives only inside the closure that lends it. A window is only looked at behind the
/// third byte, and where all of it is inside the text.
struct UTF8Check {
    private static let window = 16
    private static let block = 64
    /// As many as a word has bits.
    private static let windowsAtOnce = 64

    private let base: UnsafePointer<UInt8>
    private let count: Int

    /// The index of the first byte of the first sequence that is not well-formed; nil where there is none.
    static func firstMistake(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = text.baseAddress else { return nil }
        return UTF8Check(base: base, count: text.count).firstMistake()
    }

    private func firstMistake() -> Int? {
        guard count >= Self.block + 3 else { return firstMistake(from: 0) }
        // The windows look at the three bytes before them, too.
        var index = 0
        while index < 3 {
            guard let length = sequenceLength(at: index) else { return index }
            index += length
        }
        while count &- index >= Self.block {
            if isASCII(block: index) {
                index &+= Self.block
                continue
            }
            let windows = min((count &- index) / Self.window, Self.windowsAtOnce)
            guard isRight(windowsOutsideASCII(from: index, windows), from: index) else {
                return firstMistake(from: startOfSequence(before: index))
            }
            index &+= windows &* Self.window
        }
        if isASCII(block: count &- Self.block) { return nil }
        return firstMistake(from: startOfSequence(before: index))
    }

    /// Whether those sixty-four bytes and the three before them are ASCII.
    @inline(__always)
    private func isASCII(block index: Int) -> Bool {
        let block = base + index
        let bytes =
            ByteVector(loadingFrom: block - 3) | ByteVector(loadingFrom: block)
            | ByteVector(loadingFrom: block + 16) | ByteVector(loadingFrom: block + 32)
            | ByteVector(loadingFrom: block + 48)
        return !bytes.hasTopBits
    }

    /// One bit for each window that, with the three bytes before it, is not ASCII.
    @inline(__always)
    private func windowsOutsideASCII(from index: Int, _ windows: Int) -> UInt64 {
        var found: UInt64 = 0
        var window = base + index
        for place in 0..<UInt64(truncatingIfNeeded: windows) {
            let bytes =
                ByteWord(loadingFrom: window - 3).bits | ByteWord(loadingFrom: window).bits
                | ByteWord(loadingFrom: window + 8).bits
            found |= (bytes & ByteWord.repeating(0x80) == 0 ? 0 : 1) &<< place
            window += Self.window
        }
        return found
    }

    /// Whether what ends in those windows is well-formed.
    @inline(__always)
    private func isRight(_ windows: UInt64, from index: Int) -> Bool {
        var mistakes = ByteVector()
        var narrow = ByteVector()
        var rest = windows
        while rest != 0 {
            let window = base + (index &+ rest.trailingZeroBitCount &* Self.window)
            let before = ByteVector(loadingFrom: window - 1)
            let mustContinue =
                before.topBits(from: 0xC0) | ByteVector(loadingFrom: window - 2).topBits(from: 0xE0)
                | ByteVector(loadingFrom: window - 3).topBits(from: 0xF0)
            mistakes |= mustContinue ^ ByteVector(loadingFrom: window).bytes(outsideASCIIBefore: 0xC0)
            // 0xC0, 0xC1, 0xE0, 0xE1, 0xED and all from 0xF0 up.
            narrow |=
                (before & ByteVector(repeating: 0xDE)).bytes(equalTo: 0xC0) | before.bytes(equalTo: 0xED)
                | before.topBits(from: 0xF0)
            rest &= rest &- 1
        }
        if narrow.hasTopBits {
            rest = windows
            while rest != 0 {
                mistakes |= narrowMistakes(at: index &+ rest.trailingZeroBitCount &* Self.window)
                rest &= rest &- 1
            }
        }
        return !mistakes.hasTopBits
    }

    /// First bytes that never stand, and second bytes that do not follow where not every one may.
    @inline(__always)
    private func narrowMistakes(at index: Int) -> ByteVector {
        let first = ByteVector(loadingFrom: base + (index &- 1))
        let second = ByteVector(loadingFrom: base + index)
        let isBefore90 = second.bytes(outsideASCIIBefore: 0x90)
        let isBeforeA0 = second.bytes(outsideASCIIBefore: 0xA0)
        return (first & ByteVector(repeating: 0xFE)).bytes(equalTo: 0xC0) | first.topBits(from: 0xF5)
            | (first.bytes(equalTo: 0xE0) & isBeforeA0) | (first.bytes(equalTo: 0xED) & ~isBeforeA0)
            | (first.bytes(equalTo: 0xF0) & isBefore90) | (first.bytes(equalTo: 0xF4) & ~isBefore90)
    }

    // MARK: One sequence after the other

    /// Where the sequence begins that reaches over the index, or the index. What comes before it is well-formed.
    private func startOfSequence(before index: Int) -> Int {
        for start in stride(from: index - 1, through: max(0, index - 3), by: -1) where base[start] & 0xC0 != 0x80 {
            return start
        }
        return index
    }

    private func firstMistake(from start: Int) -> Int? {
        var index = start
        while index < count {
            if count &- index >= ByteWord.width {
                let marks = ByteWord(loadingFrom: base + index).bits & ByteWord.repeating(0x80)
                if marks == 0 {
                    index &+= ByteWord.width
                    continue
                }
                index &+= ByteWord.firstIndex(in: marks)
            }
            guard let length = sequenceLength(at: index) else { return index }
            index &+= length
        }
        return nil
    }

    private func sequenceLength(at index: Int) -> Int? {
        let first = base[index]
        if first < 0x80 { return 1 }
        return switch first {
        case 0xC2...0xDF: isByte(at: index + 1, in: 0x80...0xBF) ? 2 : nil
        case 0xE0: isByte(at: index + 1, in: 0xA0...0xBF) ? threeBytes(at: index) : nil
        case 0xED: isByte(at: index + 1, in: 0x80...0x9F) ? threeBytes(at: index) : nil
        case 0xE1...0xEF: isByte(at: index + 1, in: 0x80...0xBF) ? threeBytes(at: index) : nil
        case 0xF0: isByte(at: index + 1, in: 0x90...0xBF) ? fourBytes(at: index) : nil
        case 0xF1...0xF3: isByte(at: index + 1, in: 0x80...0xBF) ? fourBytes(at: index) : nil
        case 0xF4: isByte(at: index + 1, in: 0x80...0x8F) ? fourBytes(at: index) : nil
        default: nil
        }
    }

    private func threeBytes(at index: Int) -> Int? { isByte(at: index + 2, in: 0x80...0xBF) ? 3 : nil }

    private func fourBytes(at index: Int) -> Int? {
        isByte(at: index + 2, in: 0x80...0xBF) && isByte(at: index + 3, in: 0x80...0xBF) ? 4 : nil
    }

    private func isByte(at index: Int, in range: ClosedRange<UInt8>) -> Bool {
        index < count && range.contains(base[index])
    }
}
