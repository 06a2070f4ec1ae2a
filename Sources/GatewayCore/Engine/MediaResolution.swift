/// Turns media named by address into bytes, for providers that do not fetch themselves.
struct MediaResolution {
    var fetcher: any MediaFetcher

    /// At most so many addresses in one request.
    private static let maxFetches = 20

    /// Throws with the place of the part when something cannot be fetched.
    func resolve(_ request: inout ChatRequest) async throws(ConversionError) {
        var fetches = 0
        for index in request.messages.indices {
            request.messages[index].parts = try await resolved(
                request.messages[index].parts, at: "/messages/\(index)", &fetches)
        }
    }

    private func resolved(
        _ parts: [ContentPart], at pointer: String, _ fetches: inout Int
    ) async throws(ConversionError) -> [ContentPart] {
        var parts = parts
        for index in parts.indices {
            let place = "\(pointer)/content/\(index)"
            switch parts[index] {
            case .media(let media):
                guard case .url(let url) = media.source, Self.isFetched(url) else { continue }
                fetches += 1
                guard fetches <= Self.maxFetches else {
                    throw ConversionError(place, "more than \(Self.maxFetches) addresses to fetch in one request")
                }
                parts[index] = .media(try await fetched(media, url, at: place))
            case .toolResult(var result):
                result.content = try await resolved(result.content, at: place, &fetches)
                parts[index] = .toolResult(result)
            case .text, .toolCall, .reasoning, .refusal, .foreign:
                break
            }
        }
        return parts
    }

    private func fetched(_ media: MediaPart, _ url: String, at place: String) async throws(ConversionError) -> MediaPart
    {
        do {
            let fetched = try await fetcher.fetch(url: url)
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
