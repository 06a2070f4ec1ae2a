/// What a client of a simulation was told, read once.
struct Transcript {
    /// A word of an answer: the number of the sending that said it, and which of its words it is.
    struct Word: Equatable {
        var sending: Int
        var place: Int
    }

    private(set) var words: [Word] = []
    private(set) var hasError = false
    /// Whether a stream has come to its end.
    private(set) var isDone = false
    let text: String

    init(_ bytes: [UInt8] = []) {
        text = String(decoding: bytes, as: UTF8.self)
        bytes.withUnsafeBufferPointer { bytes in
            for place in bytes.indices {
                switch bytes[place] {
                case UInt8(ascii: "\""):
                    if Self.find(#""error""#, in: bytes, at: place) { hasError = true }
                    note(bytes, from: place + 1)
                case UInt8(ascii: " "): note(bytes, from: place + 1)
                case UInt8(ascii: "["): if Self.find("[DONE]", in: bytes, at: place) { isDone = true }
                default: break
                }
            }
        }
    }

    private static func find(_ mark: StaticString, in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        guard place + mark.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<mark.utf8CodeUnitCount where bytes[place + offset] != mark.utf8Start[offset] { return false }
        return true
    }

    /// Takes in `12.0 ` where it stands there.
    private mutating func note(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) {
        var place = start
        func number() -> Int? {
            var value: Int?
            while place < bytes.count, case let digit = bytes[place], digit >= 48, digit <= 57 {
                value = (value ?? 0) * 10 + Int(digit - 48)
                place += 1
            }
            return value
        }
        guard place < bytes.count, bytes[place] >= 48, bytes[place] <= 57, let sending = number(), place < bytes.count,
            bytes[place] == UInt8(ascii: ".")
        else { return }
        place += 1
        guard let word = number(), place < bytes.count, bytes[place] == UInt8(ascii: " ") else { return }
        words.append(Word(sending: sending, place: word))
    }
}
