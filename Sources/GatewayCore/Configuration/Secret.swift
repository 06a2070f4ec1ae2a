/// A credential that cannot be printed by accident: every textual form of it is redacted, and it is compared without
/// telling by its timing how much of a guess was right.
public struct Secret: Sendable {
    private let bytes: [UInt8]

    public init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)
    }

    /// The credential itself, for the header, query or signature it is meant for and nothing else.
    public var revealed: String { String(decoding: bytes, as: UTF8.self) }

    public var isEmpty: Bool { bytes.isEmpty }

    /// Whether the bytes are the secret. The time taken depends on the length of the candidate only; the empty secret
    /// matches nothing.
    public func matches(_ candidate: some Sequence<UInt8>) -> Bool {
        guard !bytes.isEmpty else { return false }
        var difference: UInt8 = 0
        var length = 0
        var index = 0
        for byte in candidate {
            difference |= byte ^ bytes[index]
            index += 1
            if index == bytes.count { index = 0 }
            length += 1
        }
        return (difference == 0) && (length == bytes.count)
    }

    /// Enough to recognise a long key by, `sk-…abcd`, and of a short one nothing at all.
    public var redacted: String {
        guard bytes.count >= 16 else { return "•••" }
        let text = revealed
        let prefix = text.hasPrefix("sk-") ? "sk-" : ""
        return prefix + "…" + text.suffix(4)
    }
}

extension Secret: Equatable {
    public static func == (left: Secret, right: Secret) -> Bool {
        left.bytes.isEmpty ? right.bytes.isEmpty : left.matches(right.bytes)
    }
}

extension Secret: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { redacted }
    public var debugDescription: String { redacted }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
