/// What a document may ask of the parser; its size is limited where it is received.
public struct JSONLimits: Sendable, Equatable {
    /// 128 levels, four times what the deepest tool schemas in use need, and a million values.
    public static let standard = JSONLimits()

    /// How many arrays and objects may be open at once, from 1 to 512: every level costs stack.
    public let depth: Int

    /// How many values a tree may have, because each costs far more memory than the two bytes it may take in the text. A
    /// check without a tree does not count them.
    public let values: Int

    public init(depth: Int = 128, values: Int = 1_000_000) {
        self.depth = min(max(depth, 1), 512)
        self.values = max(values, 1)
    }
}
