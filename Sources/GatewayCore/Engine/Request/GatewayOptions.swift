/// What a client asks of the gateway itself, in the body's member `x-gateway` or in headers of the same names
/// (`x-gateway-provider`, `x-gateway-timeout`), of which the member counts. It never travels to a provider.
package struct GatewayOptions: Sendable, Equatable {
    package static let key = "x-gateway"
    private static let headerPrefix = "x-gateway-"

    /// Whether the body has the member.
    package var isPresent = false
    /// Past the routing rules.
    package var provider: ProviderChoice?
    /// How long the whole exchange may take, every attempt and a stream's last byte included.
    package var timeout: Duration?
    package var conversion: ConversionPolicy?
    /// Whether and how the answer may come from the gateway's cache: a boolean or an object.
    package var cache: JSONValue?
    /// Whether the answer tells what it cost.
    package var wantsCost = false
    /// For the record alone.
    package var metadata = RequestMetadata()

    private static let maxTimeout = 86_400.0

    /// For requests whose body is no JSON object.
    package init(_ headers: HTTPFields) throws(ExchangeFailure) {
        try read(headers)
    }

    package init(_ json: JSONPeek, _ headers: HTTPFields) throws(ExchangeFailure) {
        try read(headers)
        guard let value = json[Self.key] else { return }
        isPresent = true
        guard value.kind != .null else { return }
        guard value.kind == .object else { throw Self.mistake(Self.key, "must be an object") }
        var unknown: [String] = []
        for member in json.members(of: value) {
            let name = json.key(of: member)
            if try !read(name, member.value, in: json) { unknown.append("\"\(name)\"") }
        }
        guard unknown.isEmpty else {
            throw Self.mistake(
                Self.key,
                "does not know \(unknown.prefix(8).joined(separator: ", ")); it takes provider, timeout, metadata, cache, "
                    + "conversion and usage")
        }
    }

    /// False for a member that means nothing.
    private mutating func read(
        _ name: String, _ value: JSONPeek.Value, in json: JSONPeek
    ) throws(ExchangeFailure) -> Bool {
        switch name {
        case "provider": provider = .option(try Self.string(name, value, in: json))
        case "timeout":
            guard value.kind != .null else { break }
            timeout = try Self.timeout(json.tree(of: value).number?.double, Self.path(name))
        case "metadata": metadata = try Self.metadata(json, value)
        case "cache":
            guard value.kind != .null else { break }
            guard value.kind == .bool || value.kind == .object else {
                throw Self.mistake(Self.path(name), "must be true, false or an object")
            }
            cache = json.tree(of: value)
        case "conversion":
            conversion = try ConversionPolicy(
                requested: Self.string(name, value, in: json), parameter: Self.path(name))
        case "usage":
            guard let wanted = json.bool(value) else { throw Self.mistake(Self.path(name), "must be true or false") }
            wantsCost = wanted
        default: return false
        }
        return true
    }

    private mutating func read(_ headers: HTTPFields) throws(ExchangeFailure) {
        let fields = headers.fields
        for place in fields.indices where fields[place].name.utf8.first == UInt8(ascii: "x") {
            let field = fields[place]
            guard field.name.hasPrefix(Self.headerPrefix) else { continue }
            switch field.name {
            case "x-gateway-provider": provider = .header(field.value)
            case "x-gateway-timeout": timeout = try Self.timeout(Double(field.value), field.name)
            case "x-gateway-usage":
                guard let wanted = Bool(field.value) else { throw Self.mistake(field.name, "must be true or false") }
                wantsCost = wanted
            default: continue
            }
        }
    }

    private static func path(_ name: String) -> String { "\(key).\(name)" }

    private static func mistake(_ parameter: String, _ rule: String) -> ExchangeFailure {
        ExchangeFailure(.invalidRequest("\"\(parameter)\" \(rule).", parameter: parameter))
    }

    private static func string(
        _ name: String, _ value: JSONPeek.Value, in json: JSONPeek
    ) throws(ExchangeFailure) -> String {
        guard let string = json.string(value) else { throw mistake(path(name), "must be a string") }
        return string
    }

    private static func timeout(_ seconds: Double?, _ parameter: String) throws(ExchangeFailure) -> Duration {
        guard let seconds, seconds > 0, seconds <= maxTimeout else {
            throw mistake(parameter, "must be a number of seconds above 0 and up to \(Int(maxTimeout))")
        }
        return .seconds(seconds)
    }

    private static func metadata(
        _ json: JSONPeek, _ value: JSONPeek.Value
    ) throws(ExchangeFailure) -> RequestMetadata {
        let parameter = path("metadata")
        var metadata = RequestMetadata()
        guard value.kind != .null else { return metadata }
        guard value.kind == .object else { throw mistake(parameter, "must be an object") }
        for member in json.members(of: value) {
            let key = json.key(of: member)
            let text: String? =
                switch member.value.kind {
                case .string: json.string(member.value)
                case .number, .bool: json.tree(of: member.value).serializedString
                case .null, .object, .array: nil
                }
            guard let text else { throw mistake(parameter, "must hold strings, numbers, true and false alone") }
            // It is for the records, which hold no credentials.
            guard metadata.set(CredentialMask.maskedName(key), CredentialMask.maskedName(text)) else {
                throw mistake(
                    parameter,
                    "may hold \(RequestMetadata.maxFields) fields with keys of 1 to \(RequestMetadata.maxKeyBytes) and "
                        + "values of up to \(RequestMetadata.maxValueBytes) bytes")
            }
        }
        return metadata
    }
}
