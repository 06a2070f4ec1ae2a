/// Images and documents. The format has no audio and no video.
extension AnthropicCodec {
    /// A source of a kind the hub cannot say, such as a document made of content blocks, keeps the whole block as foreign.
    static func decodeMedia(
        _ kind: MediaPart.Kind, _ fields: inout FieldReader
    ) throws(ConversionError) -> ContentPart {
        let whole = ContentPart.foreign(Foreign(origin: .anthropic, value: .object(fields.object)))
        var source = try fields.reader("source")
        let data: MediaPart.Source
        switch try source.string("type") {
        case "base64": data = .base64(try source.string("data"))
        case "text": data = .text(try source.string("data"))
        case "url": data = .url(try source.string("url"))
        case "file": data = .file(id: try source.string("file_id"), origin: .anthropic)
        default: return whole
        }
        let mediaType = try source.optionalString("media_type")
        guard source.rest(origin: .anthropic) == nil else { return whole }

        var part = MediaPart(kind: kind, source: data, mediaType: mediaType)
        if kind == .document { part.name = try fields.optionalString("title") }
        part.cache = decodeCache(&fields)
        part.extras = fields.rest(origin: .anthropic)
        return .media(part)
    }

    /// The media types of images the API takes.
    static let imageTypes: Set<String> = ["image/jpeg", "image/png", "image/gif", "image/webp"]

    /// The type as the API spells it: lower case, without parameters, `image/jpg` corrected.
    static func normalizedMediaType(_ type: String) -> String {
        let essence = type.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return essence == "image/jpg" ? "image/jpeg" : essence
    }

    /// The type that the first bytes speak of: the API answers 400 where type and bytes disagree.
    static func sniffedMediaType(base64: String) -> String? {
        let signatures: [(prefix: String, type: String)] = [
            ("/9j/", "image/jpeg"), ("iVBORw0KGgo", "image/png"), ("R0lGOD", "image/gif"), ("UklGR", "image/webp"),
            ("JVBERi", "application/pdf"),
        ]
        return signatures.first { base64.hasPrefix($0.prefix) }?.type
    }

    /// The text that base64 holds; nil when it is not base64 (RFC 4648 section 4) or the bytes are not UTF-8.
    static func text(ofBase64 base64: String) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(base64.utf8.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for byte in base64.utf8 where byte != UInt8(ascii: "=") {
            guard let value = base64Value(byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func base64Value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
