extension Message.Role {
    /// The role in formats that say `user` of the results of tools as well.
    ///
    /// - Parameter pointer: to the word, for the error where it is none of theirs.
    init(turnOf word: String, holding parts: [ContentPart], at pointer: String) throws(ConversionError) {
        switch word {
        case "user": self = parts.holdOnlyToolResults ? .tool : .user
        case "assistant": self = .assistant
        case "system": self = .system
        default: throw ConversionError(pointer, "must be user, assistant or system")
        }
    }
}
