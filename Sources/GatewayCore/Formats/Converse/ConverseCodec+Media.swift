/// Images, documents, films and sounds: a word for the format and a source of bytes, or an object in S3. There are no
/// addresses.
extension ConverseCodec {
    static func decodeMedia(
        _ kind: MediaPart.Kind, _ fields: inout FieldReader
    ) throws(ConversionError) -> ContentPart {
        var block = try fields.reader(kind.rawValue)
        var source = try block.reader("source")
        let data: MediaPart.Source
        if let bytes = try source.optionalString("bytes") {
            data = .base64(bytes)
        } else if let text = try source.optionalString("text") {
            data = .text(text)
        } else if var location = try source.optionalReader("s3Location") {
            data = .file(id: try location.string("uri"), origin: .converse)
            guard location.rest(origin: .converse) == nil else { return whole(fields) }
        } else {
            return whole(fields)
        }
        guard source.rest(origin: .converse) == nil else { return whole(fields) }
        let mediaType = try block.optionalString("format").map { MediaFormats.mediaType(of: $0, kind) }
        var part = MediaPart(kind: kind, source: data, mediaType: mediaType)
        if kind == .document { part.name = try block.optionalString("name") }
        part.extras.nest(block.rest(origin: .converse), under: kind.rawValue)
        return .media(part)
    }

    /// The words of the API for media types.
    enum MediaFormats {
        private static let names: [MediaPart.Kind: [(format: String, type: String)]] = [
            .image: [("png", "image/png"), ("jpeg", "image/jpeg"), ("gif", "image/gif"), ("webp", "image/webp")],
            .document: [
                ("pdf", "application/pdf"), ("csv", "text/csv"), ("doc", "application/msword"),
                ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
                ("xls", "application/vnd.ms-excel"),
                ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ("html", "text/html"),
                ("txt", "text/plain"), ("md", "text/markdown"),
            ],
            .video: [
                ("mp4", "video/mp4"), ("mov", "video/quicktime"), ("mkv", "video/x-matroska"), ("webm", "video/webm"),
                ("flv", "video/x-flv"), ("mpeg", "video/mpeg"), ("wmv", "video/x-ms-wmv"), ("three_gp", "video/3gpp"),
                ("mpg", "video/mpg"),
            ],
            .audio: [
                ("mp3", "audio/mpeg"), ("wav", "audio/wav"), ("flac", "audio/flac"), ("ogg", "audio/ogg"),
                ("opus", "audio/opus"), ("aac", "audio/aac"), ("m4a", "audio/x-m4a"), ("mp4", "audio/mp4"),
                ("webm", "audio/webm"), ("mka", "audio/x-matroska"), ("pcm", "audio/pcm"), ("mp3", "audio/mp3"),
                ("wav", "audio/x-wav"), ("wav", "audio/wave"), ("x-aac", "audio/x-aac"), ("mkv", "audio/mkv"),
                ("mpeg", "audio/x-mpeg"), ("mpga", "audio/mpga"),
            ],
        ]

        static func mediaType(of format: String, _ kind: MediaPart.Kind) -> String {
            names[kind]?.first { $0.format == format }?.type
                ?? "\(kind == .document ? "application" : kind.rawValue)/\(format)"
        }

        /// Nil for a type that the API has no word for.
        static func format(of mediaType: String, _ kind: MediaPart.Kind) -> String? {
            if let format = names[kind]?.first(where: { $0.type == mediaType })?.format { return format }
            guard kind == .document else { return nil }
            // Every other kind of text reads as plain text.
            let isText =
                mediaType.hasPrefix("text/") || mediaType == "application/json" || mediaType == "application/xml"
            return isText ? "txt" : nil
        }
    }
}
