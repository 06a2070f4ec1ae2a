import GatewayCore

/// The limits of a request, as a model with one token for four bytes keeps them.
struct DemoLimits {
    private let stopSequences: [String]
    private let maxTokens: Int?

    private static let maxStopSequences = 16

    init(_ request: ChatRequest) {
        stopSequences = request.stopSequences.prefix(Self.maxStopSequences).filter { !$0.isEmpty }
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
        let bytes = Array(text.utf8)
        let places = bytes.withUnsafeBytes { bytes in
            stopSequences.compactMap { sequence in
                ByteSearch.first(of: Array(sequence.utf8), in: bytes).map { (sequence, $0) }
            }
        }
        return places.min { $0.1 < $1.1 }.map { ($0.0, text.utf8.index(text.startIndex, offsetBy: $0.1)) }
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
