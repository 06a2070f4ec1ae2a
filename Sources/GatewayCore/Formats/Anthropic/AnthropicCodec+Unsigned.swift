extension AnthropicCodec {
    private static let signatureKey = Array("\"signature\"".utf8)

    /// Whether a body has an empty `signature`: a thought that the gateway showed for another provider's model, and that its
    /// client returns to Anthropic. May find one in a tool's arguments, too, where it means nothing.
    static func holdsUnsignedThought(_ body: [UInt8]) -> Bool {
        body.withUnsafeBytes { bytes in
            var place = 0
            while let found = ByteSearch.first(of: signatureKey, in: bytes, from: place) {
                place = found + signatureKey.count
                if isEmptyString(after: place, in: bytes) { return true }
            }
            return false
        }
    }

    private static func isEmptyString(after start: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
        var place = start
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ":")].contains(bytes[place]) { place += 1 }
        return place + 1 < bytes.count && bytes[place] == UInt8(ascii: "\"") && bytes[place + 1] == bytes[place]
    }
}
