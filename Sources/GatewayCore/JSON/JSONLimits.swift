/// What a document may ask of the parser; its size is limited where it is received.
public struct JSONLimits: Sendable, Equatable {
    /// 128 levels, four times what the deepest tool schemas in use need.
    public static let standard = JSONLimits()

    /// How many arrays and objects may be open at once, from 1 to 512: every level costs stack.
    public let depth: Int

    public init(depth: Int = 128) {
        self.depth = min(max(depth, 1), 512)
    }
}
