/// The width and height of an image in pixels, read from the first bytes of its file.
struct ImageSize: Equatable {
    var width: Int
    var height: Int

    /// The beginning of a file in which its size is looked for; a photo's camera data may stand before it.
    private static let maxHeadBytes = 96 << 10

    /// Nil where the bytes are no PNG, GIF, JPEG or WebP, or end too early.
    init?(base64: String) {
        let text = base64.utf8.prefix(Self.maxHeadBytes)
        guard let bytes = Base64.decode(text.prefix(text.count / 4 * 4)) else { return nil }
        self.init(bytes)
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 30 else { return nil }
        func big(_ place: Int) -> Int { Int(bytes[place]) << 8 | Int(bytes[place + 1]) }
        func little(_ place: Int) -> Int { Int(bytes[place + 1]) << 8 | Int(bytes[place]) }
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0x89, 0x50, 0x4E, 0x47):
            (width, height) = (big(16) << 16 | big(18), big(20) << 16 | big(22))
        case (0x47, 0x49, 0x46, 0x38): (width, height) = (little(6), little(8))
        case (0xFF, 0xD8, 0xFF, _):
            guard let frame = Self.jpegFrame(in: bytes) else { return nil }
            (width, height) = (big(frame + 2), big(frame))
        case (0x52, 0x49, 0x46, 0x46):
            switch bytes[15] {
            case UInt8(ascii: "X"):
                (width, height) = (1 + little(24) + Int(bytes[26]) << 16, 1 + little(27) + Int(bytes[29]) << 16)
            case UInt8(ascii: "L"):
                let bits = little(21) | little(23) << 16
                (width, height) = (1 + bits & 0x3FFF, 1 + bits >> 14 & 0x3FFF)
            default: (width, height) = (little(26) & 0x3FFF, little(28) & 0x3FFF)
            }
        default: return nil
        }
        guard width > 0, height > 0 else { return nil }
    }

    /// Where the height stands in the frame header of a JPEG (ITU T.81, B.2.2).
    private static func jpegFrame(in bytes: [UInt8]) -> Int? {
        var place = 2
        while place + 9 < bytes.count, bytes[place] == 0xFF {
            let marker = bytes[place + 1]
            if (0xC0...0xCF).contains(marker), marker != 0xC4, marker != 0xC8, marker != 0xCC { return place + 5 }
            place += 2 + Int(bytes[place + 2]) << 8 + Int(bytes[place + 3])
        }
        return nil
    }

    /// Vendors scale images down to about 1.15 megapixels and take a token for 750 pixels.
    /// Source: https://docs.anthropic.com/en/docs/build-with-claude/vision
    var tokens: Int {
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        return overflow ? 1600 : min(1600, max(1, pixels / 750))
    }
}
