/// Images, documents, films and sounds, as bytes. Addresses are resolved before; one that was not is left out.
extension ConverseRequestEncoder {
    mutating func encode(_ part: MediaPart, at place: PartPlace) -> JSONValue? {
        part.signature?.noteUnless(.anthropic, at: place.description, &notes)
        if let detail = part.detail, detail != "auto" {
            note(.dropped, "\(place)/detail", "Bedrock chooses an image's resolution itself.", level: .info)
        }
        if part.kind != .document, part.name != nil {
            note(.dropped, "\(place)/name", "Bedrock takes names of documents only.", level: .info)
        }
        if part.kind == .audio || part.kind == .video, !traits.audiovisual {
            note(.dropped, place.description, "This model takes no \(part.kind.rawValue).")
            return nil
        }
        guard let (format, source) = source(of: part, at: place) else { return nil }
        var block = JSONObject()
        block.append("format", ifPresent: format.map(JSONValue.string))
        if part.kind == .document { block.append("name", .string(documentName(part, at: place))) }
        block.append("source", .object(source))
        let extras = part.extras.fields(for: .converse, at: place.description, notes: &notes)
        block.append(extras: extras[part.kind.rawValue]?.object ?? [:])
        return .object([part.kind.rawValue: .object(block)])
    }

    private mutating func source(of part: MediaPart, at place: PartPlace) -> (String?, JSONObject)? {
        let declared = part.mediaType.map(MediaType.normalized)
        switch part.source {
        case .base64(let data):
            return bytes(data, type: declared, part.kind, at: place)
        case .text(let text) where part.kind == .document:
            return (
                ConverseCodec.MediaFormats.format(of: declared ?? "text/plain", .document) ?? "txt",
                ["text": .string(text)]
            )
        case .url(let url):
            guard let data = DataURL(url) else {
                note(.dropped, place.description, "Bedrock fetches nothing by address.")
                return nil
            }
            return bytes(data.base64, type: data.mediaType.map(MediaType.normalized) ?? declared, part.kind, at: place)
        case .file(let id, .converse):
            guard let declared, let format = ConverseCodec.MediaFormats.format(of: declared, part.kind) else {
                return (nil, ["s3Location": ["uri": .string(id)]])
            }
            return (format, ["s3Location": ["uri": .string(id)]])
        case .text, .file:
            note(.dropped, place.description, "A file of another provider cannot be read here.")
            return nil
        }
    }

    private mutating func bytes(
        _ data: String, type declared: String?, _ kind: MediaPart.Kind, at place: PartPlace
    ) -> (String?, JSONObject)? {
        let type = declared ?? MediaType.sniffed(base64: data)
        guard let type, let format = ConverseCodec.MediaFormats.format(of: type, kind) else {
            note(.dropped, place.description, "Bedrock takes no \(kind.rawValue) of type \(type ?? "unknown").")
            return nil
        }
        return (format, ["bytes": .string(data)])
    }

    /// Letters, digits, single blanks, hyphens, round and square brackets, at most 200 characters, each name once.
    private mutating func documentName(_ part: MediaPart, at place: PartPlace) -> String {
        let wanted = part.name ?? "document"
        var bytes: [UInt8] = []
        for scalar in wanted.unicodeScalars.prefix(180) {
            let byte = UInt8(exactly: scalar.value) ?? UInt8(ascii: "-")
            let isAllowed = byte.isASCIILetter || byte.isASCIIDigit || " -()[]".utf8.contains(byte)
            let written = isAllowed ? byte : UInt8(ascii: "-")
            if written == UInt8(ascii: " "), bytes.last == written { continue }
            bytes.append(written)
        }
        let fitting = bytes.isEmpty ? "document" : String(decoding: bytes, as: UTF8.self)
        var name = fitting
        var number = 1
        while !documentNames.insert(name).inserted {
            number += 1
            name = "\(fitting) \(number)"
        }
        if let given = part.name, given != name {
            note(.changed, "\(place)/title", "Bedrock takes no such name; `\(name)` stands for it.", level: .info)
        }
        return name
    }
}
