/// Media. Addresses stay addresses: who wants bytes resolves them before.
extension GeminiRequestWriter {
    mutating func encode(_ part: MediaPart, at pointer: String) -> JSONValue? {
        noteMarks(cache: part.cache, signature: part.signature, at: pointer)
        if let detail = part.detail, detail != "auto" {
            note(.dropped, "\(pointer)/detail", "Gemini chooses an image's resolution itself.", level: .info)
        }
        if part.name != nil, part.extras?.origin != .gemini {
            note(.dropped, "\(pointer)/name", "Gemini looks at no names of files.", level: .info)
        }
        guard var object = data(of: part, at: pointer) else { return nil }
        object.append("thoughtSignature", ifPresent: ownSignature(part.signature))
        object.append(extras: part.extras.fields(for: .gemini, at: pointer, notes: &notes))
        return .object(object)
    }

    private mutating func data(of part: MediaPart, at pointer: String) -> JSONObject? {
        switch part.source {
        case .base64(let base64):
            return inlineData(base64, type: part.mediaType, part, at: pointer)
        case .text(let text):
            guard !text.isEmpty else { return nil }
            return ["text": .string(text)]
        case .url(let url):
            if let data = DataURL(url) {
                return inlineData(data.base64, type: data.mediaType ?? part.mediaType, part, at: pointer)
            }
            var file = JSONObject()
            let type = part.mediaType.map(MediaType.normalized) ?? GeminiCodec.mediaType(ofAddress: url)
            file.append("mimeType", ifPresent: type.map { .string($0) })
            file.append("fileUri", .string(url))
            return ["fileData": .object(file)]
        case .file(let uri, origin: .gemini):
            var file = JSONObject()
            file.append("mimeType", ifPresent: part.mediaType.map { .string($0) })
            file.append("fileUri", .string(uri))
            return ["fileData": .object(file)]
        case .file(_, let origin):
            note(.dropped, pointer, "A file uploaded to \(origin.displayName) cannot be read by Gemini.")
            return nil
        }
    }

    /// The API demands the media type: where the client gave none the first bytes tell it.
    private mutating func inlineData(
        _ base64: String, type: String?, _ part: MediaPart, at pointer: String
    ) -> JSONObject? {
        guard let type = type.map(MediaType.normalized) ?? MediaType.sniffed(base64: base64) else {
            note(.dropped, pointer, "Gemini wants the media type of this \(part.kind.rawValue), which is not known.")
            return nil
        }
        if part.kind == .image, let known = traits.imageTypes, !known.contains(type) {
            note(.dropped, pointer, "Gemini takes images as PNG, JPEG, WebP, HEIC and HEIF; this is \(type).")
            return nil
        }
        return ["inlineData": ["mimeType": .string(type), "data": .string(base64)]]
    }
}
