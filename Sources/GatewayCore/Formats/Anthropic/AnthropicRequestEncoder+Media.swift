/// Images and documents. Addresses stay addresses: who wants bytes resolves them before.
extension AnthropicRequestEncoder {
    mutating func encode(_ part: MediaPart, at place: PartPlace) -> JSONValue? {
        part.signature?.noteUnless(.anthropic, at: place.description, &notes)
        if part.hasTypedAddress {
            note(.dropped, "\(place)/media_type", "Anthropic finds the type behind an address itself.", level: .info)
        }
        if part.kind != .document, part.name != nil {
            note(.dropped, "\(place)/name", "Anthropic takes names of documents only.", level: .info)
        }
        switch part.kind {
        case .image:
            if let detail = part.detail, detail != "auto" {
                note(.dropped, "\(place)/detail", "Anthropic chooses an image's resolution itself.", level: .info)
            }
            return imageSource(part, at: place).map { finish(["type": "image"], $0, part, at: place) }
        case .document:
            return documentSource(part, at: place).map { finish(["type": "document"], $0, part, at: place) }
        case .audio, .video:
            note(.dropped, place.description, "Anthropic takes no \(part.kind.rawValue).")
            return nil
        }
    }

    private mutating func finish(
        _ head: JSONObject, _ source: JSONObject, _ part: MediaPart, at place: PartPlace
    ) -> JSONValue {
        var block = head
        block.append("source", .object(source))
        if part.kind == .document { block.append("title", ifPresent: part.name.map(JSONValue.string)) }
        block.append("cache_control", ifPresent: cacheControl(part.cache))
        merge(part.extras, into: &block, at: place)
        return .object(block)
    }

    private mutating func imageSource(_ part: MediaPart, at place: PartPlace) -> JSONObject? {
        switch resolved(part) {
        case .base64(let data, let declared):
            let type = declared ?? AnthropicCodec.sniffedMediaType(base64: data)
            guard let type, AnthropicCodec.imageTypes.contains(type) else {
                note(
                    .dropped, place.description,
                    "Anthropic takes images as JPEG, PNG, GIF and WebP; this is \(type ?? "unknown").")
                return nil
            }
            return ["type": "base64", "media_type": .string(type), "data": .string(data)]
        case .url(let url): return addressSource(url, at: place)
        case .file(let id): return ["type": "file", "file_id": .string(id)]
        case .text, .unreachable:
            note(.dropped, place.description, "Anthropic cannot read this image.")
            return nil
        }
    }

    private mutating func documentSource(_ part: MediaPart, at place: PartPlace) -> JSONObject? {
        switch resolved(part) {
        case .base64(let data, let declared):
            let type = declared ?? AnthropicCodec.sniffedMediaType(base64: data)
            if type == "application/pdf" {
                return ["type": "base64", "media_type": "application/pdf", "data": .string(data)]
            }
            if let type, Self.isText(type), let text = AnthropicCodec.text(ofBase64: data) {
                if type != "text/plain" {
                    note(
                        .dropped, "\(place)/media_type", "Anthropic takes every kind of text as plain text.",
                        level: .info)
                }
                return Self.textSource(text)
            }
            note(
                .dropped, place.description, "Anthropic takes documents as PDF and text; this is \(type ?? "unknown").")
            return nil
        case .text(let text): return Self.textSource(text)
        case .url(let url): return addressSource(url, at: place)
        case .file(let id): return ["type": "file", "file_id": .string(id)]
        case .unreachable:
            note(.dropped, place.description, "A file of another provider cannot be read here.")
            return nil
        }
    }

    private mutating func addressSource(_ url: String, at place: PartPlace) -> JSONObject? {
        let isWeb = url.hasPrefix("https://") || url.hasPrefix("http://")
        guard isWeb, traits.mediaByURL else {
            note(
                .dropped, place.description,
                isWeb ? "This model fetches nothing by address." : "Anthropic fetches web addresses only.")
            return nil
        }
        return ["type": "url", "url": .string(url)]
    }

    /// A part's source with data URLs taken apart and media types spelled the API's way.
    private enum Resolved {
        case base64(String, mediaType: String?)
        case text(String)
        case url(String)
        case file(String)
        /// An upload at another provider.
        case unreachable
    }

    private func resolved(_ part: MediaPart) -> Resolved {
        switch part.source {
        case .base64(let data):
            return .base64(data, mediaType: part.mediaType.map(AnthropicCodec.normalizedMediaType))
        case .text(let text): return .text(text)
        case .url(let url):
            guard let data = DataURL(url) else { return .url(url) }
            return .base64(
                data.base64, mediaType: (data.mediaType ?? part.mediaType).map(AnthropicCodec.normalizedMediaType))
        case .file(let id, let origin): return origin == .anthropic ? .file(id) : .unreachable
        }
    }

    /// Plain text is the only media type of text the API names; every kind of text is written as that.
    private static func textSource(_ text: String) -> JSONObject {
        ["type": "text", "media_type": "text/plain", "data": .string(text)]
    }

    private static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") || type == "application/json" || type == "application/xml" || type.hasSuffix("+json")
    }
}
