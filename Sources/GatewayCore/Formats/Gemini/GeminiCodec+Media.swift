/// Images, documents, sounds and films, as bytes (`inlineData`) or by address (`fileData`).
extension GeminiCodec {
    static func decodeInlineData(
        _ reader: FieldReader, _ fields: inout FieldReader
    ) throws(ConversionError) -> MediaPart {
        var inner = reader
        let data = standardBase64(try inner.string("data"))
        let type = try inner.optionalString("mimeType")
        let part = MediaPart(kind: kind(of: type) ?? .document, source: .base64(data), mediaType: type)
        return try finishMedia(part, inner, &fields)
    }

    static func decodeFileData(
        _ reader: FieldReader, _ fields: inout FieldReader
    ) throws(ConversionError) -> MediaPart {
        var inner = reader
        let uri = try inner.string("fileUri")
        let type = try inner.optionalString("mimeType")
        let kind = kind(of: type ?? mediaType(ofAddress: uri)) ?? (isFilm(uri) ? .video : .document)
        let source: MediaPart.Source = isUpload(uri) ? .file(id: uri, origin: .gemini) : .url(uri)
        return try finishMedia(MediaPart(kind: kind, source: source, mediaType: type), inner, &fields)
    }

    /// The display name stays with the extras, too: only requests that came with one send it back.
    private static func finishMedia(
        _ part: MediaPart, _ inner: FieldReader, _ fields: inout FieldReader
    ) throws(ConversionError) -> MediaPart {
        var part = part
        part.name = inner.peek("displayName")?.string
        part.signature = try decodeSignature(&fields)
        part.extras = fields.rest(origin: .gemini)
        let key = if case .base64 = part.source { "inlineData" } else { "fileData" }
        var rest = inner.rest(origin: .gemini)
        rest.markCopy(of: "displayName")
        part.extras.nest(rest, under: key)
        return part
    }

    static func kind(of mediaType: String?) -> MediaPart.Kind? {
        guard let type = mediaType.map(MediaType.normalized) else { return nil }
        if type.hasPrefix("image/") { return .image }
        if type.hasPrefix("audio/") { return .audio }
        return type.hasPrefix("video/") ? .video : .document
    }

    /// Files uploaded to the Files API or to Google Cloud Storage: nobody else can read them.
    private static func isUpload(_ uri: String) -> Bool {
        uri.hasPrefix("gs://") || uri.hasPrefix("files/") || uri.hasPrefix("https://generativelanguage.googleapis.com/")
    }

    private static func isFilm(_ uri: String) -> Bool {
        ["https://www.youtube.com/", "https://youtube.com/", "https://youtu.be/"].contains(where: uri.hasPrefix)
    }

    /// The type that the extension of an address speaks of; nil when it has none that is known.
    static func mediaType(ofAddress address: String) -> String? {
        let path = address.prefix { $0 != "?" && $0 != "#" }
        guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: ".") else { return nil }
        return types[name[name.index(after: dot)...].lowercased()]
    }

    private static let types: [String: String] = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
        "heic": "image/heic", "heif": "image/heif", "pdf": "application/pdf", "txt": "text/plain",
        "html": "text/html", "csv": "text/csv", "md": "text/md", "json": "application/json", "wav": "audio/wav",
        "mp3": "audio/mp3", "aac": "audio/aac", "ogg": "audio/ogg", "flac": "audio/flac", "mp4": "video/mp4",
        "mov": "video/mov", "webm": "video/webm", "mpg": "video/mpg", "mpeg": "video/mpeg",
    ]

    /// The API takes both alphabets of base64, and Google's Python SDK writes the one for addresses; other formats take
    /// the standard one only, with its padding (RFC 4648 sections 4 and 5).
    static func standardBase64(_ text: String) -> String {
        let isStandard = !text.utf8.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        if isStandard, text.utf8.count % 4 == 0 { return text }
        var bytes = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        while bytes.count % 4 != 0 { bytes.append(UInt8(ascii: "=")) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
