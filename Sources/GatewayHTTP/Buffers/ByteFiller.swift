/// Writes bytes one after the other into room that was measured beforehand, which costs less than an array that looks for room
/// at every step.
struct ByteFiller: ~Copyable {
    // SAFETY: every write is checked against the room that is left, and nothing is read before it was written.
    private let start: UnsafeMutablePointer<UInt8>?
    private let capacity: Int
    private(set) var count = 0

    init(_ room: UnsafeMutableBufferPointer<UInt8>) {
        start = room.baseAddress
        capacity = room.count
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        precondition(bytes.count <= capacity - count, "too little room was measured")
        guard let start, let first = bytes.baseAddress else { return }
        (start + count).initialize(from: first, count: bytes.count)
        count += bytes.count
    }

    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(utf8 text: String) {
        text.withBytes { append($0) }
    }

    mutating func append(utf8 text: Substring) {
        var copy = text
        copy.withUTF8 { append($0) }
    }

    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    mutating func appendDecimal(_ number: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var place = digits.count
            var left = number.magnitude
            repeat {
                place -= 1
                digits[place] = UInt8(ascii: "0") + UInt8(left % 10)
                left /= 10
            } while left > 0
            append(UnsafeBufferPointer(rebasing: digits[place...]))
        }
    }

    /// What was written from that place on.
    func written(from place: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: start.map { UnsafePointer($0 + place) }, count: count - place)
    }

    /// Forgets what was written from that place on.
    mutating func drop(from place: Int) {
        precondition(place <= count)
        count = place
    }
}

extension [UInt8] {
    /// Appends what the body writes, at most so many bytes.
    mutating func append(atMost maximum: Int, _ body: (inout ByteFiller) -> Void) {
        append(addingCapacity: maximum) { span in
            span.withUnsafeMutableBufferPointer { room, initialized in
                var filler = ByteFiller(UnsafeMutableBufferPointer(rebasing: room[initialized...]))
                body(&filler)
                initialized += filler.count
            }
        }
    }
}
