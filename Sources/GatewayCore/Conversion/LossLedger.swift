/// All notes of one conversion, and how clients are told of them.
struct LossLedger: Sendable {
    /// Warnings first.
    let notes: [ConversionNote]

    init(_ notes: [ConversionNote]) {
        self.notes = notes.filter { $0.level == .warning } + notes.filter { $0.level == .info }
    }

    /// A request of a million parts may lose something in each; so many notes are kept.
    private static let maxNotes = 256

    /// The notes of an encoder, each once and not too many, with pointers in the client's terms.
    static func condensed(_ notes: [ConversionNote], locate: (String) -> String) -> [ConversionNote] {
        guard !notes.isEmpty else { return [] }
        var seen: Set<ConversionNote> = []
        var kept: [ConversionNote] = []
        for note in LossLedger(notes).notes where seen.insert(note).inserted {
            guard kept.count < maxNotes else {
                kept.append(
                    ConversionNote(.dropped, "", "There is more than these \(maxNotes) notes.", level: note.level))
                break
            }
            var note = note
            note.pointer = locate(note.pointer)
            kept.append(note)
        }
        return kept
    }

    /// What strict clients do not accept; infos change nothing that the model sees.
    var losses: [ConversionNote] { notes.filter { $0.level == .warning } }

    // MARK: The header

    /// Longer ledgers are cut: header fields must stay well below what clients and proxies accept.
    static let maxHeaderBytes = 4096
    private static let maxPointerBytes = 256
    private static let maxMessageBytes = 400
    /// Room for the entry that counts the rest.
    private static let reservedBytes = 160

    /// The value of `X-LLM-Gateway-Warnings`: a JSON array in ASCII, at most `maxHeaderBytes` long, whose last entry
    /// tells how many did not fit; nil when nothing was lost.
    var header: String? {
        guard !notes.isEmpty else { return nil }
        var text = "["
        for (index, note) in notes.enumerated() {
            let entry = Self.entry(note)
            let isLast = index == notes.count - 1
            guard text.utf8.count + entry.utf8.count + 2 <= Self.maxHeaderBytes - (isLast ? 0 : Self.reservedBytes)
            else {
                let rest = notes[index...]
                let more = ConversionNote(
                    .dropped, "", "\(rest.count) more notes do not fit this header.", level: rest[index].level)
                return text + (index == 0 ? "" : ",") + Self.entry(more) + "]"
            }
            text += (index == 0 ? "" : ",") + entry
        }
        return text + "]"
    }

    private static func entry(_ note: ConversionNote) -> String {
        JSONValue.object([
            "level": .string(note.level.rawValue), "pointer": .string(note.pointer.clipped(to: maxPointerBytes)),
            "action": .string(note.action.rawValue), "message": .string(note.message.clipped(to: maxMessageBytes)),
        ]).serializedString.escapedToASCII
    }

    // MARK: The refusal

    private static let maxListed = 20
    private static let maxRefusalBytes = 4000

    /// Why a strict request is not sent to that provider; nil when it would lose nothing there.
    func refusal(provider: String) -> ExchangeFailure? {
        let losses = losses
        guard let first = losses.first else { return nil }
        var message =
            "The conversion policy is strict, and the provider \"\(provider)\" would not get all of the request:"
        for (index, note) in losses.enumerated() {
            let pointer = note.pointer.isEmpty ? "the body" : note.pointer.clipped(to: Self.maxPointerBytes)
            let entry =
                "\(index == 0 ? " " : "; ")\(pointer) \(note.action.rawValue)"
                + " (\(note.message.clipped(to: Self.maxMessageBytes)))"
            guard index < Self.maxListed, message.utf8.count + entry.utf8.count <= Self.maxRefusalBytes else {
                message += "; and \(losses.count - index) more"
                break
            }
            message += entry
        }
        let failure = ProviderFailure(
            kind: .invalidRequest, status: 400, message: message + ".", code: Self.refusalCode,
            parameter: first.pointer.isEmpty ? nil : first.pointer.clipped(to: Self.maxPointerBytes))
        return ExchangeFailure(failure, losses: losses)
    }

    /// The `code` of the refusal, where a format has one.
    static let refusalCode = "conversion_loss"
}

extension String {
    /// At most so many bytes of UTF-8, whole characters, with an ellipsis where something was cut.
    fileprivate func clipped(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var clipped = ""
        for character in self {
            guard clipped.utf8.count + character.utf8.count <= limit - 3 else { break }
            clipped.append(character)
        }
        return clipped + "..."
    }

    /// JSON text with DEL and everything beyond ASCII written as `\u` escapes, fit for a header field.
    fileprivate var escapedToASCII: String {
        if utf8.allSatisfy({ $0 < 0x7F }) { return self }
        var text = ""
        for unit in utf16 {
            if unit < 0x7F {
                text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            } else {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text
    }
}
