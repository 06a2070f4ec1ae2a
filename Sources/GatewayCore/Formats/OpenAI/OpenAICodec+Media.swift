extension OpenAICodec {
    /// - Parameter type: `image_url`, `input_audio` or `file`, whose member of that name holds the content.
    func decodeMedia(_ fields: inout FieldReader, type: String) throws(ConversionError) -> MediaPart {
        if type == "image_url", case .string(let url)? = fields.peek("image_url") {
            fields.skip("image_url")
            return try finishMedia(image(at: url), &fields)
        }
        var inner = try fields.reader(type)
        var part: MediaPart
        switch type {
        case "image_url":
            part = image(at: try inner.string("url"))
            part.detail = try inner.optionalString("detail")
        case "input_audio":
            part = MediaPart(kind: .audio, source: .base64(try inner.string("data")))
            let name = try inner.string("format")
            part.mediaType = MediaType.ofAudio(format: name)
            if MediaType.audioFormat(of: part.mediaType) != name { inner.unread("format") }
        default:
            part = try decodeFile(&inner)
        }
        part = try finishMedia(part, &fields)
        part.extras.nest(inner.rest(origin: format), under: type)
        return part
    }

    private func finishMedia(_ part: MediaPart, _ fields: inout FieldReader) throws(ConversionError) -> MediaPart {
        var part = part
        part.cache = try decodeCacheControl(&fields)
        fields.skip("type")
        part.extras = fields.rest(origin: format)
        return part
    }

    private func image(at url: String) -> MediaPart {
        guard let data = DataURL(url) else { return MediaPart(kind: .image, source: .url(url)) }
        return MediaPart(kind: .image, source: .base64(data.base64), mediaType: data.mediaType)
    }

    private func decodeFile(_ inner: inout FieldReader) throws(ConversionError) -> MediaPart {
        let name = try inner.optionalString("filename")
        if let text = try inner.optionalString("file_data") {
            let data = DataURL(text)
            return MediaPart(
                kind: .document, source: .base64(data?.base64 ?? text), mediaType: data?.mediaType, name: name)
        }
        let id = try inner.string("file_id")
        return MediaPart(kind: .document, source: .file(id: id, origin: format), name: name)
    }
}

extension OpenAIRequestWriter {
    /// The part for a user's message; nil, with a note, for what the format has no place for.
    mutating func media(_ part: MediaPart, at pointer: String) -> JSONValue? {
        noteMarks(cache: part.cache, signature: part.signature, at: pointer)
        noteNaming(of: part, at: pointer)
        let inner: (type: String, value: JSONObject)?
        switch part.kind {
        case .image: inner = image(part, at: pointer)
        case .document: inner = document(part, at: pointer)
        case .audio: inner = audio(part, at: pointer)
        case .video: inner = nil
        }
        guard let inner else {
            if case .text(let text) = part.source { return .object(["type": "text", "text": .string(text)]) }
            note(.dropped, pointer, "OpenAI Chat takes no \(part.kind.rawValue) in this form.")
            return nil
        }
        var object: JSONObject = ["type": .string(inner.type), inner.type: .object(inner.value)]
        object.append(extras: part.extras.fields(for: .openAI, at: pointer, notes: &notes))
        return .object(object)
    }

    private func image(_ part: MediaPart, at pointer: String) -> (String, JSONObject)? {
        let url: String
        switch part.source {
        case .base64(let base64): url = DataURL(mediaType: mediaType(of: part, base64), base64: base64).text
        case .url(let address): url = address
        case .file(let id, origin: .openAI): return ("file", ["file_id": .string(id)])
        case .file, .text: return nil
        }
        var value: JSONObject = ["url": .string(url)]
        value.append("detail", ifPresent: part.detail.map { .string($0) })
        return ("image_url", value)
    }

    private func document(_ part: MediaPart, at pointer: String) -> (String, JSONObject)? {
        var value = JSONObject()
        switch part.source {
        case .base64(let base64):
            let isBare = part.mediaType == nil && MediaType.sniffed(base64: base64) == nil
            let data = isBare ? base64 : DataURL(mediaType: mediaType(of: part, base64), base64: base64).text
            value.append("filename", .string(part.name ?? "document.pdf"))
            value.append("file_data", .string(data))
        case .file(let id, origin: .openAI):
            value.append("file_id", .string(id))
            value.append("filename", ifPresent: part.name.map { .string($0) })
        case .url, .file, .text:
            return nil
        }
        return ("file", value)
    }

    private func audio(_ part: MediaPart, at pointer: String) -> (String, JSONObject)? {
        guard case .base64(let base64) = part.source else { return nil }
        var value: JSONObject = ["data": .string(base64)]
        if let format = MediaType.audioFormat(of: part.mediaType) {
            value.append("format", .string(format))
        } else if part.extras.fields(for: .openAI)["input_audio"]?["format"] == nil {
            return nil
        }
        return ("input_audio", value)
    }

    private func mediaType(of part: MediaPart, _ base64: String) -> String? {
        part.mediaType ?? MediaType.sniffed(base64: base64)
    }
}
