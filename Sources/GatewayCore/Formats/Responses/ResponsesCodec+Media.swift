extension ResponsesCodec {
    func decodeImage(_ fields: inout FieldReader) throws(ConversionError) -> MediaPart {
        var part: MediaPart
        if let url = try fields.optionalString("image_url") {
            part = MediaPart(image: url)
        } else {
            part = MediaPart(kind: .image, source: .file(id: try fields.string("file_id"), origin: .openAI))
        }
        // `auto` is what the API does anyway, and its type requires the member.
        if let detail = try fields.optionalString("detail"), detail != "auto" { part.detail = detail }
        part.extras = fields.rest(origin: format)
        return part
    }

    func decodeFile(_ fields: inout FieldReader) throws(ConversionError) -> MediaPart {
        let name = try fields.optionalString("filename")
        var part: MediaPart
        if let text = try fields.optionalString("file_data") {
            let data = DataURL(text)
            part = MediaPart(kind: .document, source: .base64(data?.base64 ?? text), mediaType: data?.mediaType)
        } else if let url = try fields.optionalString("file_url") {
            part = MediaPart(kind: .document, source: .url(url))
        } else {
            part = MediaPart(kind: .document, source: .file(id: try fields.string("file_id"), origin: .openAI))
        }
        part.name = name
        part.extras = fields.rest(origin: format)
        return part
    }

    /// Not among the parts that the API documents, but sent by clients that know it from Chat.
    func decodeAudio(_ fields: inout FieldReader) throws(ConversionError) -> MediaPart {
        var inner = try fields.reader("input_audio")
        var part = MediaPart(kind: .audio, source: .base64(try inner.string("data")))
        part.mediaType = MediaType.ofAudio(format: try inner.string("format"))
        part.extras = fields.rest(origin: format)
        return part
    }
}

extension MediaPart {
    /// An image by its address, which may hold its bytes.
    fileprivate init(image url: String) {
        if let data = DataURL(url) {
            self.init(kind: .image, source: .base64(data.base64), mediaType: data.mediaType)
        } else {
            self.init(kind: .image, source: .url(url))
        }
    }
}

extension ResponsesRequestWriter {
    /// The part for a message or a tool's output; nil, with a note, for what the format has no place for.
    mutating func media(_ part: MediaPart, at pointer: String) -> JSONValue? {
        noteMarks(cache: part.cache, signature: part.signature, at: pointer)
        noteNaming(of: part, at: pointer)
        var object: JSONObject?
        switch part.kind {
        case .image: object = image(part)
        case .document: object = document(part)
        case .audio, .video: object = nil
        }
        guard var object else {
            if case .text(let text) = part.source { return ["type": "input_text", "text": .string(text)] }
            note(.dropped, pointer, "OpenAI Responses takes no \(part.kind.rawValue) in this form.")
            return nil
        }
        object.append(extras: part.extras.fields(for: .responses, at: pointer, notes: &notes))
        return .object(object)
    }

    private func image(_ part: MediaPart) -> JSONObject? {
        var object: JSONObject = ["type": "input_image", "detail": .string(part.detail ?? "auto")]
        switch part.source {
        case .base64(let base64):
            object.append("image_url", .string(DataURL(mediaType: mediaType(of: part, base64), base64: base64).text))
        case .url(let url): object.append("image_url", .string(url))
        case .file(let id, origin: .openAI): object.append("file_id", .string(id))
        case .file, .text: return nil
        }
        return object
    }

    private func document(_ part: MediaPart) -> JSONObject? {
        var object: JSONObject = ["type": "input_file"]
        object.append("filename", ifPresent: part.name.map { .string($0) })
        switch part.source {
        case .base64(let base64):
            let isBare = part.mediaType == nil && MediaType.sniffed(base64: base64) == nil
            if part.name == nil { object.append("filename", "document.pdf") }
            let data = isBare ? base64 : DataURL(mediaType: mediaType(of: part, base64), base64: base64).text
            object.append("file_data", .string(data))
        case .url(let url): object.append("file_url", .string(url))
        case .file(let id, origin: .openAI): object.append("file_id", .string(id))
        case .file, .text: return nil
        }
        return object
    }

    private func mediaType(of part: MediaPart, _ base64: String) -> String? {
        part.mediaType ?? MediaType.sniffed(base64: base64)
    }
}
