import GatewayCore

/// The limits of a request, as a model with one token for four bytes keeps them.
struct DemoLimits {
    private let stopSequences: [String]
    private let maxTokens: Int?

    init(_ request: ChatRequest) {
        stopSequences = request.stopSequences.filter { !$0.isEmpty }
        maxTokens = request.maxOutputTokens
    }

    /// Cuts the text at the first stop sequence and at the token limit.
    func apply(to candidate: inout Candidate) {
        guard case .text(var part)? = candidate.parts.first else { return }
        if let (sequence, place) = firstStop(in: part.text) {
            part.text = String(part.text[..<place])
            candidate.stop = .stopSequence(sequence)
        }
        if let maxTokens, Self.tokens(in: part.text) > maxTokens {
            part.text = String(decoding: part.text.utf8.prefix(max(0, maxTokens) * 4), as: UTF8.self)
            candidate.stop = .maxTokens
        }
        candidate.parts[0] = .text(part)
    }

    private func firstStop(in text: String) -> (String, String.Index)? {
        stopSequences.compactMap { sequence in text.firstRange(of: sequence).map { (sequence, $0.lowerBound) } }
            .min { $0.1 < $1.1 }
    }

    static func tokens(in text: String) -> Int { (text.utf8.count + 3) / 4 }

    static func tokens(in parts: [ContentPart]) -> Int {
        parts.reduce(0) { count, part in
            switch part {
            case .text(let part): count + tokens(in: part.text)
            case .toolCall(let call): count + tokens(in: call.name) + tokens(in: call.arguments)
            case .toolResult(let result): count + tokens(in: result.content)
            case .reasoning(let part): count + tokens(in: part.text)
            case .refusal(let text): count + tokens(in: text)
            case .media, .foreign: count
            }
        }
    }

    static func tokens(in request: ChatRequest) -> Int {
        request.messages.reduce(0) { $0 + tokens(in: $1.parts) }
    }
}

extension String {
    fileprivate func firstRange(of other: String) -> Range<String.Index>? {
        var place = startIndex
        while place < endIndex {
            if self[place...].hasPrefix(other) { return place..<index(place, offsetBy: other.count) }
            place = index(after: place)
        }
        return nil
    }
}
