/// Finds fields in a `multipart/form-data` body that is only forwarded (RFC 7578).
struct MultipartForm {
    private let bytes: [UInt8]
    /// `--` and the boundary.
    private let delimiter: [UInt8]

    /// More parts than a form of any API has.
    private static let maxParts = 64

    /// Nil where the content type is no form's or names no boundary.
    init?(_ bytes: [UInt8], contentType: String) {
        guard Substring(contentType.utf8.prefix { $0 != UInt8(ascii: ";") }).lowercased() == "multipart/form-data",
            let boundary = Self.parameter("boundary", of: contentType), !boundary.isEmpty, boundary.utf8.count <= 70
        else { return nil }
        self.bytes = bytes
        delimiter = Array("--\(boundary)".utf8)
    }

    /// Where the value of the first field of that name stands; nil without one. A file is no value.
    func value(of name: String) -> Range<Int>? {
        bytes.withUnsafeBytes { text in
            guard var start = ByteSearch.first(of: delimiter, in: text) else { return nil }
            for _ in 0..<Self.maxParts {
                let head = start + delimiter.count
                guard let end = ByteSearch.first(of: delimiter, in: text, from: head) else { return nil }
                if let value = Self.value(of: name, in: text, head..<end) { return value }
                start = end
            }
            return nil
        }
    }

    /// The part between two delimiters: a line end, headers, an empty line, the value, a line end.
    private static func value(
        of name: String, in text: UnsafeRawBufferPointer, _ part: Range<Int>
    ) -> Range<Int>? {
        let section = UnsafeRawBufferPointer(rebasing: text[part])
        guard let gap = ByteSearch.first(of: [13, 10, 13, 10], in: section) else { return nil }
        let (start, end) = (part.lowerBound + gap + 4, part.upperBound - 2)
        guard start <= end else { return nil }
        let head = String(decoding: section[..<gap], as: UTF8.self)
        for line in head.split(whereSeparator: \.isNewline) {
            guard line.lowercased().hasPrefix("content-disposition:") else { continue }
            let text = String(line)
            return parameter("name", of: text) == name && parameter("filename", of: text) == nil ? start..<end : nil
        }
        return nil
    }

    /// The value of a parameter of a header, without its quotes.
    private static func parameter(_ name: String, of header: String) -> String? {
        for piece in header.split(separator: ";").dropFirst() {
            let pair = piece.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, Self.trimmed(pair[0]).lowercased() == name else { continue }
            var value = Self.trimmed(pair[1])
            if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
            return String(value)
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
