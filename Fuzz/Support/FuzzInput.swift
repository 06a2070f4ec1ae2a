/// What libFuzzer hands to a target, and a way to draw decisions from it so that a finding repeats.
struct FuzzInput: RandomNumberGenerator {
    /// Exactly the input, in memory of exactly its size: the address sanitizer sees every read beyond it.
    let buffer: UnsafeBufferPointer<UInt8>
    private var state: UInt64

    init(_ data: UnsafePointer<UInt8>?, _ count: Int) {
        buffer = UnsafeBufferPointer(start: data, count: count)
        state = buffer.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    var bytes: [UInt8] { Array(buffer) }

    /// SplitMix64, seeded with a hash of the input.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The input cut into pieces, some of them empty.
    mutating func pieces() -> [ArraySlice<UInt8>] {
        let bytes = bytes
        let longest = Int.random(in: 1...32, using: &self)
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 0...longest, using: &self))
            pieces.append(bytes[start..<end])
            start = end
        }
        return pieces
    }
}

/// Stops the run with a finding when something that must hold does not.
@inline(__always)
func require(_ condition: @autoclosure () throws -> Bool, _ law: StaticString, line: UInt = #line) {
    do {
        if try condition() { return }
    } catch {
        print("threw \(error)")
    }
    fatalError("line \(line): \(law)")
}
