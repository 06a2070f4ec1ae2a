/// Turns media named by address into bytes, for providers that do not fetch themselves.
struct MediaResolution {
    var fetcher: any MediaFetcher

    /// At most so many addresses in one request.
    private static let maxFetches = 20

    private(set) var notes: [ConversionNote] = []
    private var fetches = 0

    /// Whether the provider fetches what is at that address itself.
    private let leaves: (_ url: String) -> Bool

    /// Nil where there is nothing to fetch.
    init?(
        of request: ChatRequest, fetcher: any MediaFetcher, leaving leaves: @escaping (_ url: String) -> Bool
    ) {
        guard request.messages.contains(where: { Self.holdsAddress($0.parts, leaves) }) else { return nil }
        self.fetcher = fetcher
        self.leaves = leaves
    }

    private static func holdsAddress(_ parts: [ContentPart], _ leaves: (_ url: String) -> Bool) -> Bool {
        parts.contains { part in
            switch part {
            case .media(let media):
                if case .url(let url) = media.source { isFetched(url) && !leaves(url) } else { false }
            case .toolResult(let result): holdsAddress(result.content, leaves)
            case .text, .toolCall, .reasoning, .refusal, .foreign: false
            }
        }
    }

    /// Throws with the place of the part when something cannot be fetched. What the bytes turn out to be counts for more
    /// than what the client said of them, and is noted where it differs.
    mutating func resolve(_ request: inout ChatRequest) async throws(ConversionError) {
        for index in request.messages.indices {
            request.messages[index].parts = try await resolved(
                request.messages[index].parts, at: "/messages/\(index)")
        }
    }

    private mutating func resolved(
        _ parts: [ContentPart], at pointer: String
    ) async throws(ConversionError) -> [ContentPart] {
        var parts = parts
        for index in parts.indices {
            let place = "\(pointer)/content/\(index)"
            switch parts[index] {
            case .media(let media):
                guard case .url(let url) = media.source, Self.isFetched(url), !leaves(url) else { continue }
                fetches += 1
                guard fetches <= Self.maxFetches else {
                    throw ConversionError(place, "more than \(Self.maxFetches) addresses to fetch in one request")
                }
                parts[index] = .media(try await fetched(media, url, at: place))
            case .toolResult(var result):
                result.content = try await resolved(result.content, at: place)
                parts[index] = .toolResult(result)
            case .text, .toolCall, .reasoning, .refusal, .foreign:
                break
            }
        }
        return parts
    }

    private mutating func fetched(
        _ media: MediaPart, _ url: String, at place: String
    ) async throws(ConversionError) -> MediaPart {
        do {
            let fetched = try await fetcher.fetch(url: url)
            if let declared = media.mediaType.map(MediaType.normalized), declared != fetched.mediaType {
                notes.append(
                    ConversionNote(
                        .changed, "\(place)/media_type",
                        "The address holds \(fetched.mediaType), and is sent as that.", level: .info))
            }
            var media = media
            media.source = .base64(Base64.encode(fetched.bytes))
            media.mediaType = fetched.mediaType
            return media
        } catch {
            throw ConversionError(place, "the address could not be fetched: \(error.detail)")
        }
    }

    /// Other schemes, such as `gs:`, mean something to their provider only.
    private static func isFetched(_ url: String) -> Bool {
        url.prefix(8).equalsIgnoringASCIICase("https://") || url.prefix(7).equalsIgnoringASCIICase("http://")
    }
}
