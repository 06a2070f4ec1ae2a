/// Pairs calls with their results. Calls of older models have no identifier; a result then answers the first open call of
/// its name, and both get the same minted one.
///
/// Minted identifiers follow from the conversation alone, so that they stay the same from turn to turn, and can be told by
/// their start: they are left out again on the way back to the API, which did not give them.
struct GeminiCallIDs {
    private let seed: String
    private var minted = 0
    private var open: [(id: String, name: String)] = []
    private var isModelsTurn = false

    private static let prefix = "call_gm_"

    /// - Parameter seed: tells the calls of one reply from those of another; empty for a request.
    init(seed: String = "") {
        self.seed = seed
    }

    init(replyID: String?, candidate: Int) {
        self.init(seed: "\(replyID ?? "")/\(candidate)")
    }

    /// Says whose content begins. Results stand in the turn after their calls: once the model speaks again, what was left
    /// unanswered stays so.
    mutating func beginContent(ofModel isModels: Bool) {
        if isModels, !isModelsTurn { open = [] }
        isModelsTurn = isModels
    }

    static func isMinted(_ id: String) -> Bool { id.hasPrefix(prefix) }

    mutating func id(ofCall name: String, arguments: String, given: String?) -> String {
        let id = given.flatMap { $0.isEmpty ? nil : $0 } ?? mint("\(seed)/\(name)/\(arguments)")
        open.append((id, name))
        return id
    }

    mutating func id(ofResultFor name: String, given: String?) -> String {
        if let given, !given.isEmpty {
            open.removeAll { $0.id == given }
            return given
        }
        guard let place = open.firstIndex(where: { $0.name == name }) else { return mint("\(seed)/\(name)") }
        return open.remove(at: place).id
    }

    private mutating func mint(_ text: String) -> String {
        defer { minted += 1 }
        return "\(Self.prefix)\(StableHash.hexadecimal(of: text))_\(minted)"
    }
}
