extension JSONScanner {
    /// Passes a run of characters outside ASCII and checks them by the table of well-formed sequences in RFC 3629
    /// section 4: nothing overlong, no surrogates, nothing above U+10FFFF.
    func skipMultibyteText(from start: Int) throws(JSONError) -> Int {
        var index = start
        while index < count {
            // Four bytes at once decide the common three-byte characters and pairs of two-byte ones.
            if index + 4 <= count {
                let word = UInt32(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt32.self))
                if word & 0x00C0_C0F0 == 0x0080_80E0 {
                    let second = word & 0x200F
                    guard second != 0, second != 0x200D else { throw JSONError(offset: index, kind: .invalidUTF8) }
                    index += 3
                    continue
                }
            }
            let byte = base[index]
            guard byte >= 0x80 else { break }
            guard let length = sequenceLength(at: index, first: byte) else {
                throw JSONError(offset: index, kind: .invalidUTF8)
            }
            index += length
        }
        return index
    }

    private func sequenceLength(at index: Int, first: UInt8) -> Int? {
        switch first {
        case 0xC2...0xDF:
            isContinuation(at: index + 1) ? 2 : nil
        case 0xE0...0xEF:
            isSecond(at: index + 1, of: first) && isContinuation(at: index + 2) ? 3 : nil
        case 0xF0...0xF4:
            isSecond(at: index + 1, of: first) && isContinuation(at: index + 2) && isContinuation(at: index + 3)
                ? 4 : nil
        default:
            nil
        }
    }

    @inline(__always)
    private func isContinuation(at index: Int) -> Bool {
        index < count && base[index] & 0xC0 == 0x80
    }

    private func isSecond(at index: Int, of first: UInt8) -> Bool {
        guard index < count else { return false }
        return switch first {
        case 0xE0: (0xA0...0xBF).contains(base[index])
        case 0xED: (0x80...0x9F).contains(base[index])
        case 0xF0: (0x90...0xBF).contains(base[index])
        case 0xF4: (0x80...0x8F).contains(base[index])
        default: (0x80...0xBF).contains(base[index])
        }
    }
}
