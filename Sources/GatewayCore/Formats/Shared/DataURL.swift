/// A `data:` address with base64 content (RFC 2397), the form OpenAI wants files in.
package struct DataURL: Sendable, Hashable {
    /// With its parameters, as it stands in the address; nil when the address has none.
    package var mediaType: String?
    /// As it came; not checked.
    package var base64: String

    package init(mediaType: String?, base64: String) {
        self.mediaType = mediaType
        self.base64 = base64
    }

    /// Nil for other addresses and for data that is not in base64.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count > 5, text.prefix(5).equalsIgnoringASCIICase("data:") else { return nil }
        let start = bytes.index(bytes.startIndex, offsetBy: 5)
        guard let comma = bytes[start...].firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let head = text[start..<comma]
        guard head.utf8.count >= 7, head.suffix(7).equalsIgnoringASCIICase(";base64") else { return nil }
        let mediaType = head.dropLast(7)
        self.mediaType = mediaType.isEmpty ? nil : String(mediaType)
        base64 = String(text[bytes.index(after: comma)...])
    }

    package var text: String { "data:\(mediaType ?? "");base64,\(base64)" }
}
