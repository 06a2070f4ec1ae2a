/// What must be known of a stream of plain text to go on with it after its provider has broken off, and how the rest of another
/// provider fits on.
package struct TextSplice: Sendable {
    /// What the client was told so far.
    private(set) var text = ""
    private var open: PartID?
    private var isPlain = true
    /// Whether events come from a provider that goes on with the text.
    private var isRest = false

    /// What is longer is not sent once more.
    private static let maxTextBytes = 256 << 10

    package init() {}

    /// Only in the middle of a text, with nothing beside it but reasoning that is over.
    var canContinue: Bool { isPlain && open != nil && !text.isEmpty && text.utf8.count <= Self.maxTextBytes }

    mutating func note(_ event: StreamEvent) {
        switch event {
        case .opened(let id, .text):
            if open == nil, id.candidate == 0 { open = id } else { isPlain = false }
        case .appended(let id, .text(let more)) where id == open: text += more
        case .appended(let id, _) where id == open: isPlain = false
        case .closed(let id) where id == open: isPlain = false
        case .stopped, .logprobs, .foreign, .opened(_, .refusal), .opened(_, .toolCall), .opened(_, .whole):
            isPlain = false
        case .began, .opened(_, .reasoning), .appended, .closed, .usage, .ended, .failed, .ping: break
        }
    }

    /// From now on events are those of the rest.
    mutating func beginRest() { isRest = true }

    /// The event as the client's stream has it: the rest has no head, its texts belong to the one that is open, and what it
    /// thinks about it is nobody's.
    func fitting(_ event: StreamEvent) -> [StreamEvent] {
        guard isRest, let open else { return [event] }
        switch event {
        case .appended(_, .text): return Self.text(of: event).map { [.appended(open, .text($0))] } ?? []
        case .stopped(_, let reason, let extras):
            return [.closed(open), .stopped(candidate: 0, reason, extras: extras)]
        case .began, .opened, .appended, .closed, .logprobs, .foreign: return []
        case .usage, .ended, .failed, .ping: return [event]
        }
    }

    private static func text(of event: StreamEvent) -> String? {
        if case .appended(_, .text(let text)) = event { text } else { nil }
    }

    /// The client's request with what was said, to be gone on with. Not every model takes an unfinished turn of its own at
    /// the end, so it is asked in words.
    static func continuing(_ request: ChatRequest, after text: String) -> ChatRequest {
        var request = request
        request.messages += [.assistant(text), .user(instruction)]
        return request
    }

    private static let instruction =
        "Your answer was cut off by a technical fault right after its last character above. Go on exactly from there, in the "
        + "same language and form. Repeat nothing of it, do not mention the interruption, and write no introduction."
}

extension ChatRequest {
    /// Whether its answer can be nothing but one text.
    var asksForPlainText: Bool {
        let hasForm =
            switch responseFormat {
            case nil, .text?: false
            case .jsonObject?, .jsonSchema?: true
            }
        return tools.isEmpty && !hasForm && sampling.candidateCount ?? 1 == 1 && sampling.wantsLogprobs != true
    }
}
