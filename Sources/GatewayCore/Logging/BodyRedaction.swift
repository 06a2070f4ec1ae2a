/// Takes secrets out of bodies before they are logged: the values of fields that are named like secrets, in JSON, in JSON
/// inside of strings, in forms and in addresses, and whatever else looks like a credential.
///
/// Works on any text, so that a body which is cut off or broken is no less guarded.
package enum BodyRedaction {
    /// What is logged of a body at most; the rest is cut.
    package static let maxBytes = 102_400

    static let placeholder = "[redacted]"

    /// The body as text, at most `maxBytes` of it.
    package static func redacted(_ body: [UInt8]) -> String {
        CredentialMask.masked(String(decoding: withoutSecretFields(body.prefix(maxBytes)), as: UTF8.self))
    }

    private static func withoutSecretFields(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var place = text.startIndex
        while place < text.endIndex {
            let wordEnd = text[place...].firstIndex { !isWordByte($0) } ?? text.endIndex
            guard wordEnd > place else {
                output.append(text[place])
                place += 1
                continue
            }
            let word = text[place..<wordEnd]
            let isQueryKey =
                word.elementsEqual("key".utf8) && (output.last == UInt8(ascii: "?") || output.last == UInt8(ascii: "&"))
            output += word
            place = wordEnd
            guard let value = value(after: wordEnd, in: text), isQueryKey || isSecretName(word) else { continue }
            output += text[wordEnd..<value.lowerBound]
            output += placeholder.utf8
            place = value.upperBound
        }
        return output
    }

    /// Where the value stands that belongs to a name: behind a colon or an equals sign, with or without quotes, which may be
    /// escaped themselves. Nil for what is no text or number.
    private static func value(after name: Int, in text: ArraySlice<UInt8>) -> Range<Int>? {
        var place = skip(from: name, in: text) { isQuote($0) || $0 == UInt8(ascii: "\\") || isBlank($0) }
        guard place < text.endIndex, place - name <= 8,
            text[place] == UInt8(ascii: ":") || text[place] == UInt8(ascii: "=")
        else { return nil }
        place = skip(from: place + 1, in: text) { isBlank($0) }
        let start = skip(from: place, in: text) { $0 == UInt8(ascii: "\\") }
        guard start < text.endIndex else { return nil }
        if isQuote(text[start]) { return quoted(from: start, escapes: start - place, in: text) }
        // Words of more than one part have no quotes either, as in `Authorization: Bearer …`.
        let isHeader = text[name..<place].first == UInt8(ascii: ":")
        let end = text[start...].firstIndex { byte in
            isHeader ? byte == 0x0A || byte == 0x0D || isQuote(byte) : isBlank(byte) || endsValue(byte)
        }
        let value = start..<(end ?? text.endIndex)
        return value.isEmpty || text[start] == UInt8(ascii: "{") || text[start] == UInt8(ascii: "[") ? nil : value
    }

    /// A quoted value whose quotes have that many backslashes before them, without the quotes; to the end when it is cut off.
    private static func quoted(from quote: Int, escapes: Int, in text: ArraySlice<UInt8>) -> Range<Int> {
        let start = quote + 1
        var place = start
        var backslashes = 0
        while place < text.endIndex {
            if text[place] == UInt8(ascii: "\\") {
                backslashes += 1
            } else {
                // Each level of strings in strings doubles the backslashes before a quote and adds one.
                if text[place] == text[quote], backslashes % (2 * (escapes + 1)) == escapes {
                    return start..<max(start, place - escapes)
                }
                backslashes = 0
            }
            place += 1
        }
        return start..<text.endIndex
    }

    private static func skip(from start: Int, in text: ArraySlice<UInt8>, while matches: (UInt8) -> Bool) -> Int {
        var place = start
        while place < text.endIndex, matches(text[place]) { place += 1 }
        return place
    }

    private static func isSecretName(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count >= 5, word.count <= 64 else { return false }
        let letters = word.filter { $0.isASCIILetter || $0.isASCIIDigit }.map(\.asciiLowercased)
        let name = String(decoding: letters, as: UTF8.self)
        return names.contains(name) || endings.contains { name.hasSuffix($0) }
    }

    /// Letters and digits only, in small letters.
    private static let names: Set<String> = [
        "token", "secret", "password", "passwd", "passphrase", "authorization", "cookie", "setcookie", "credential",
        "credentials", "privatekey", "signature", "xamzsignature",
    ]
    private static let endings = [
        "apikey", "googkey", "password", "secret", "secretkey", "secretaccesskey", "accesskeyid", "accesstoken",
        "refreshtoken", "sessiontoken", "securitytoken", "idtoken", "authtoken", "bearertoken", "privatekey",
        "authorization", "encryptionkey", "signingkey",
    ]

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func endsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "}"), UInt8(ascii: "]"),
            UInt8(ascii: ")"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: "\\"):
            true
        default: false
        }
    }
}
