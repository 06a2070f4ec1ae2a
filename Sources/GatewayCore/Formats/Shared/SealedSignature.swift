/// A signature of one format inside a field that another format passes back unread, such as the `encrypted_content` of
/// Responses: so a client of that format returns Anthropic's proof of a thought without knowing of it.
///
/// The seal holds a hash of the text that was signed. A client that changed the text gets the thought left out, which the
/// signature's owner would otherwise refuse with the whole request.
package struct SealedSignature: Sendable, Hashable {
    package enum Kind: String, Sendable {
        /// Proof of readable text.
        case signature = "s"
        /// Reasoning without readable text, as `ReasoningPart.redacted` has it.
        case redacted = "r"
    }

    package var kind: Kind
    package var signature: Signature
    /// Hash of the text.
    private var seal: String

    private static let mark = "lgw1"

    /// Stands where a proof would, of a thought that its provider proves nowhere. OpenAI would look for an item without proof
    /// in its own storage, by an identifier that is the gateway's.
    package static let unproven = "\(mark):none"

    /// Nil for a part that holds no signature.
    package init?(_ part: ReasoningPart) {
        guard let signature = part.redacted ?? part.signature else { return nil }
        kind = part.redacted == nil ? .signature : .redacted
        self.signature = signature
        seal = StableHash.hexadecimal(of: part.text)
    }

    /// Whether a body holds something under a seal, which only the gateway can make sense of.
    package static func isFound(in body: [UInt8]) -> Bool {
        body.withUnsafeBytes { ByteSearch.first(of: Array("\"\(mark):".utf8), in: $0) != nil }
    }

    /// Nil for text that is no seal.
    package init?(_ text: String) {
        let fields = text.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0] == Self.mark, let origin = WireFormat(rawValue: String(fields[1])),
            let kind = Kind(rawValue: String(fields[2])), !fields[4].isEmpty
        else { return nil }
        self.kind = kind
        signature = Signature(origin: origin, value: String(fields[4]))
        seal = String(fields[3])
    }

    package var text: String {
        "\(Self.mark):\(signature.origin.rawValue):\(kind.rawValue):\(seal):\(signature.value)"
    }

    /// The part that was sealed, around the text that the client returned; nil when that is another text.
    package func part(around text: String) -> ReasoningPart? {
        guard StableHash.hexadecimal(of: text) == seal else { return nil }
        return switch kind {
        case .signature: ReasoningPart(text: text, signature: signature)
        case .redacted: ReasoningPart(text: text, redacted: signature)
        }
    }
}
