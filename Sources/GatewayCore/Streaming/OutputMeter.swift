/// Measures the output of a stream that its provider has not counted yet, for answers that break off before it does.
package struct OutputMeter: Sendable {
    private var pieces = 0
    private var bytes = 0

    package init() {}

    /// A piece of output of that many bytes; nothing is no piece.
    package mutating func add(_ count: Int) {
        guard count > 0 else { return }
        pieces &+= 1
        bytes &+= count
    }

    /// The provider has counted everything up to here.
    package mutating func reset() {
        pieces = 0
        bytes = 0
    }

    /// Estimated: providers send a token or more a piece, and four bytes are about a token in most scripts.
    package var tokens: Int { max(pieces, bytes / 4 + (bytes % 4 == 0 ? 0 : 1)) }
}

extension OutputMeter {
    /// Members beside the output that are none.
    private static let labels = ["id", "type", "role", "index", "signature", "thoughtSignature"].map { Array($0.utf8) }

    /// Adds the strings of the JSON value that begins at or after `start`, but for what only labels it. The value is not
    /// parsed: what is no JSON measures something, too.
    package mutating func add(valueIn frame: UnsafeRawBufferPointer, from start: Int) {
        var place = start
        var depth = 0
        var isOutput = true
        var count = 0
        scan: while place < frame.count {
            switch frame[place] {
            case UInt8(ascii: "\""):
                let string = Self.string(in: frame, from: place + 1)
                place = Self.skipBlanks(in: frame, from: string.next)
                if place < frame.count, frame[place] == UInt8(ascii: ":") {
                    place += 1
                    isOutput = !Self.labels.contains {
                        $0.count == string.range.count && frame[string.range].elementsEqual($0)
                    }
                    continue scan
                }
                if isOutput { count += string.count }
                if depth == 0 { break scan }
                continue scan
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { break scan }
            case UInt8(ascii: ","):
                if depth == 0 { break scan }
                isOutput = true
            default: break
            }
            place += 1
        }
        add(count)
    }

    /// The string whose first byte stands at `start`: its range, its length in UTF-8 about as it is without escapes, and
    /// what follows its quote.
    private static func string(
        in frame: UnsafeRawBufferPointer, from start: Int
    ) -> (range: Range<Int>, count: Int, next: Int) {
        var place = start
        var saved = 0
        while place < frame.count, frame[place] != UInt8(ascii: "\"") {
            guard frame[place] == UInt8(ascii: "\\"), place + 1 < frame.count else {
                place += 1
                continue
            }
            // A character of a script other than Latin, written as \u1234, has about three bytes.
            let isLong = frame[place + 1] == UInt8(ascii: "u") && place + 6 <= frame.count
            saved += isLong ? 3 : 1
            place += isLong ? 6 : 2
        }
        return (start..<place, place - start - saved, place + 1)
    }

    private static func skipBlanks(in frame: UnsafeRawBufferPointer, from start: Int) -> Int {
        var place = start
        while place < frame.count, frame[place] == UInt8(ascii: " ") { place += 1 }
        return place
    }
}
