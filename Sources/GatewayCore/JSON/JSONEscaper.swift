/// Copies text into the inside of a JSON string, a word at a time, escaping what must not stand there.
///
/// SAFETY: it holds a borrowed pointer and lives only inside the closure that lends it. A word is only loaded where eight bytes
/// are left, and only stored where `slack` bytes are free.
struct JSONEscaper {
    /// The room that `write` wants beyond what it has left to copy: a comma, two quotes, a colon,
    /// an escape and a word.
    static let slack = 20

    private static let longestEscape = 6

    let text: UnsafeBufferPointer<UInt8>
    private(set) var offset = 0

    init(text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    var isFinished: Bool { offset == text.count }

    /// Copies until the text is finished or the room might not do.
    @inline(__always)
    mutating func write(into target: UnsafeMutableBufferPointer<UInt8>, at count: inout Int) {
        guard let source = text.baseAddress, let target = Room(target) else { return }
        while offset < text.count {
            // The rest may be plain; with it one escape, a word beyond the end, a quote and a colon must fit.
            guard target.count - count >= text.count - offset + JSONEscaper.slack - 2 else { return }
            copyPlainText(from: source, to: target.base, at: &count)
            guard offset < text.count else { return }
            Self.writeEscape(of: source[offset], to: target.base, at: &count)
            offset += 1
        }
    }

    private struct Room {
        let base: UnsafeMutablePointer<UInt8>
        let count: Int

        init?(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
            guard let base = buffer.baseAddress else { return nil }
            self.base = base
            count = buffer.count
        }
    }

    /// Copies up to the next byte that must be escaped. A word that holds one is stored whole: what follows is overwritten.
    @inline(__always)
    private mutating func copyPlainText(
        from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, at count: inout Int
    ) {
        var read = source + offset
        let end = source + text.count
        var write = target + count
        defer {
            offset = read - source
            count = write - target
        }
        while end - read >= ByteWord.width {
            let word = ByteWord(loadingFrom: read)
            UnsafeMutableRawPointer(write).storeBytes(of: word.bits.littleEndian, as: UInt64.self)
            let marks = word.jsonEscapes
            guard marks == 0 else {
                let length = ByteWord.firstIndex(in: marks)
                read += length
                write += length
                return
            }
            read += ByteWord.width
            write += ByteWord.width
        }
        guard read < end else { return }
        let word = ByteWord(loadingFrom: read, count: end - read)
        UnsafeMutableRawPointer(write).storeBytes(of: word.bits.littleEndian, as: UInt64.self)
        let length = min(end - read, ByteWord.firstIndex(in: word.jsonEscapes))
        read += length
        write += length
    }

    /// SAFETY: `longestEscape` bytes must be free, or as many as the escape of that byte has.
    static func writeEscape(of byte: UInt8, to target: UnsafeMutablePointer<UInt8>, at count: inout Int) {
        target[count] = UInt8(ascii: "\\")
        if let letter = shortEscape(of: byte) {
            target[count + 1] = letter
            count += 2
            return
        }
        target[count + 1] = UInt8(ascii: "u")
        target[count + 2] = UInt8(ascii: "0")
        target[count + 3] = UInt8(ascii: "0")
        target[count + 4] = hexDigit(byte >> 4)
        target[count + 5] = hexDigit(byte & 0x0F)
        count += longestEscape
    }

    private static func shortEscape(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
