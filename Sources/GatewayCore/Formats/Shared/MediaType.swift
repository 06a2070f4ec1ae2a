extension MediaPart {
    /// An address that says of which type its content is; only Gemini's do.
    var hasTypedAddress: Bool {
        guard case .url(let url) = source, mediaType != nil else { return false }
        return !url.hasPrefix("data:")
    }
}

/// Media types as the formats name them.
package enum MediaType {
    /// The one spelling of a type: lower case, without parameters, `image/jpg` as `image/jpeg`.
    package static func normalized(_ type: String) -> String {
        let bare = String(type.prefix { $0 != ";" && $0 != " " }).lowercased()
        return bare == "image/jpg" ? "image/jpeg" : bare
    }

    /// The type by the first bytes of base64 content; nil when they are none of the usual ones.
    package static func sniffed(base64: String) -> String? {
        signatures.first { base64.hasPrefix($0.start) }?.type
    }

    /// Whole groups of three bytes only, so that the text does not depend on what follows.
    private static let signatures: [(start: String, type: String)] = [
        ("/9j/", "image/jpeg"), ("iVBORw0K", "image/png"), ("R0lG", "image/gif"), ("UklG", "image/webp"),
        ("JVBE", "application/pdf"),
    ]

    /// OpenAI's name of a sound format as a media type.
    package static func ofAudio(format: String) -> String {
        format == "mp3" ? "audio/mpeg" : "audio/\(format)"
    }

    /// `wav` or `mp3`, the two sound formats OpenAI takes; nil for every other type.
    package static func audioFormat(of mediaType: String?) -> String? {
        switch mediaType.map(normalized) {
        case "audio/wav", "audio/wave", "audio/x-wav", "audio/vnd.wave": "wav"
        case "audio/mpeg", "audio/mp3", "audio/x-mp3": "mp3"
        default: nil
        }
    }
}
