/// A piece of a message or reply.
public enum ContentPart: Sendable, Hashable {
    case text(TextPart)
    case media(MediaPart)
    case toolCall(ToolCall)
    case toolResult(ToolResult)
    case reasoning(ReasoningPart)
    /// The model declined, and says so in words.
    case refusal(String)
    /// Something only its own format knows: citations' sources, tools the provider runs itself, container uploads.
    case foreign(Foreign)

    public static func text(_ text: String) -> ContentPart { .text(TextPart(text)) }
}

public struct TextPart: Sendable, Hashable {
    public var text: String
    /// Citations and annotations, each in the shape of its origin.
    public var citations: [Foreign]
    /// Gemini may sign any part.
    public var signature: Signature?
    public var cache: CacheBreakpoint?
    public var extras: Extras?

    public init(_ text: String) {
        self.text = text
        citations = []
    }
}

/// An image, a document, a sound or a film.
public struct MediaPart: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case image, document, audio, video
    }

    public enum Source: Sendable, Hashable {
        /// The bytes in base64, as they came.
        case base64(String)
        /// Text documents of Anthropic: plain characters.
        case text(String)
        case url(String)
        /// A file uploaded to the provider beforehand; it means something to that provider only.
        case file(id: String, origin: WireFormat)
    }

    public var kind: Kind
    public var source: Source
    /// Such as `image/png`; nil when the client did not say, as with most addresses.
    public var mediaType: String?
    /// File name or title.
    public var name: String?
    /// OpenAI's `detail` of an image: `low`, `high`, `auto`, `original`.
    public var detail: String?
    public var signature: Signature?
    public var cache: CacheBreakpoint?
    public var extras: Extras?

    public init(kind: Kind, source: Source, mediaType: String? = nil, name: String? = nil, detail: String? = nil) {
        self.kind = kind
        self.source = source
        self.mediaType = mediaType
        self.name = name
        self.detail = detail
    }
}

/// What the model thought before it answered.
public struct ReasoningPart: Sendable, Hashable {
    public var text: String
    public var signature: Signature?
    /// Encrypted reasoning without readable text: Anthropic's `redacted_thinking`. Carried like a signature.
    public var redacted: Signature?
    public var extras: Extras?

    public init(text: String, signature: Signature? = nil, redacted: Signature? = nil) {
        self.text = text
        self.signature = signature
        self.redacted = redacted
    }
}

/// Everything up to and with the marked piece should be kept in the provider's prompt cache.
public struct CacheBreakpoint: Sendable, Hashable {
    public enum Lifetime: String, Sendable, Hashable {
        case fiveMinutes = "5m"
        case oneHour = "1h"
    }

    /// Nil is the provider's default, five minutes at Anthropic.
    public var lifetime: Lifetime?

    public init(lifetime: Lifetime? = nil) {
        self.lifetime = lifetime
    }
}
