/// The names under which the price of a model may stand when its own name does not, nearest first.
///
/// Providers sell dated snapshots at the price of the model, and clouds put a geography, a publisher or a path before the
/// name. Whatever differs in price stands in the table under its own name, which is looked up first.
struct ModelNameVariants: Sequence {
    struct Name: Equatable {
        var model: String
        var region: String?
    }

    private let names: [Name]

    init(_ model: String) {
        var names: [Name] = []
        var base = model
        if let slash = model.lastIndex(of: "/") {
            base = String(model[model.index(after: slash)...])
            names.append(Name(model: base))
        }
        let region = Self.region(of: base)
        let plain = Self.withoutGeography(base)
        if plain != base { names.append(Name(model: plain, region: region)) }
        var rest = plain
        // `claude-sonnet-4-5-20250929-v1:0` ends in a version behind a date.
        for _ in 0..<3 {
            guard let shorter = Self.withoutSuffix(rest) else { break }
            rest = shorter
            names.append(Name(model: rest, region: region))
        }
        if let tuned = Self.fineTuned(model) { names.append(Name(model: tuned)) }
        self.names = names
    }

    func makeIterator() -> Array<Name>.Iterator { names.makeIterator() }

    /// `regional` for a name of Bedrock's that keeps requests in a geography or region; nil for `global.` and for names of
    /// other services.
    static func region(of name: String) -> String? {
        guard name.withBytes({ $0.contains(UInt8(ascii: ".")) }) else { return nil }
        if geographies.contains(where: { name.hasPrefix($0) }) { return "regional" }
        return publishers.contains { name.hasPrefix($0) } ? "regional" : nil
    }

    private static let geographies = ["us.", "eu.", "apac.", "jp.", "au.", "ca.", "us-gov."]
    private static let publishers = ["anthropic.", "amazon.", "openai.", "moonshotai.", "zai."]

    private static func withoutGeography(_ name: String) -> String {
        for prefix in geographies + ["global."] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.count))
        }
        return name
    }

    /// Without a date, a version or `latest` at the end; nil when it has none.
    private static func withoutSuffix(_ name: String) -> String? {
        if name.hasSuffix("-latest") { return String(name.dropLast("-latest".count)) }
        let characters = Array(name.utf8)
        for count in [11, 9, 5, 4, 3] where characters.count > count {
            let tail = characters[(characters.count - count)...]
            if isSuffix(tail) { return String(decoding: characters[..<(characters.count - count)], as: UTF8.self) }
        }
        return nil
    }

    /// `-2025-08-07`, `-20250929`, `@20250929`, `-v1:0`, `-001`, `-v1`.
    private static func isSuffix(_ tail: ArraySlice<UInt8>) -> Bool {
        let shape = String(decoding: tail.map { $0.isASCIIDigit ? UInt8(ascii: "9") : $0 }, as: UTF8.self)
        return ["-9999-99-99", "-99999999", "@99999999", "-v9:9", "-999", "-v9"].contains(shape)
    }

    /// `ft:gpt-4o-mini-2024-07-18:org::id` is priced by its base, `ft:gpt-4o-mini`.
    private static func fineTuned(_ model: String) -> String? {
        guard model.hasPrefix("ft:") else { return nil }
        let parts = model.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count > 1 else { return nil }
        let base = String(parts[1])
        return "ft:" + (withoutSuffix(base) ?? base)
    }
}
