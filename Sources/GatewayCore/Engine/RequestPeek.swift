/// What the gateway must know of a request before anything else, read in one pass over the raw body.
package struct RequestPeek: Sendable {
    /// The checked body.
    package let json: JSONPeek
    /// As the client named it.
    package let model: String
    package let isStreaming: Bool
    /// Whether an OpenAI client asked for the usage frame of its stream.
    package let wantsStreamUsage: Bool
    package let gatewayOptions: GatewayOptions

    /// Model names longer than this are refused.
    private static let maxModelLength = 256

    /// Throws a failure with status 400 for a body that is no JSON object or names no usable model.
    package init(_ call: InboundCall) throws(ExchangeFailure) {
        do {
            json = try JSONPeek(call.body)
        } catch {
            throw ExchangeFailure(.invalidRequest("The body is not JSON: \(error)"))
        }
        guard json.root.kind == .object else {
            throw ExchangeFailure(.invalidRequest("The body must be a JSON object."))
        }
        gatewayOptions = try GatewayOptions(json)
        guard let model = call.modelInPath ?? json.string(json["model"]) else {
            throw ExchangeFailure(.invalidRequest("The member \"model\" must be a string.", parameter: "model"))
        }
        guard Self.isPlausible(model) else {
            throw ExchangeFailure(
                .invalidRequest(
                    "The model's name must be 1 to \(Self.maxModelLength) letters, digits or - . _ / : @ + characters.",
                    parameter: "model"))
        }
        self.model = model
        if let streamInPath = call.streamInPath {
            isStreaming = streamInPath
        } else {
            isStreaming = try Self.flag("stream", json["stream"], in: json)
        }
        if let options = json["stream_options"] {
            wantsStreamUsage = try Self.flag(
                "stream_options.include_usage", json["include_usage", in: options], in: json)
        } else {
            wantsStreamUsage = false
        }
    }

    private static func flag(
        _ name: String, _ value: JSONPeek.Value?, in json: JSONPeek
    ) throws(ExchangeFailure) -> Bool {
        guard let value, value.kind != .null else { return false }
        guard let flag = json.bool(value) else {
            throw ExchangeFailure(.invalidRequest("The member \"\(name)\" must be true or false.", parameter: name))
        }
        return flag
    }

    private static func isPlausible(_ model: String) -> Bool {
        guard (1...maxModelLength).contains(model.utf8.count) else { return false }
        var isAfterDot = false
        for byte in model.utf8 {
            let isDot = byte == UInt8(ascii: ".")
            // Two dots could climb out of the address that Gemini's model names are part of.
            guard isPlausible(byte), !(isDot && isAfterDot) else { return false }
            isAfterDot = isDot
        }
        return true
    }

    private static func isPlausible(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "+"):
            true
        default: false
        }
    }
}

/// The body member `x-gateway`: what a client asks of the gateway itself. It never travels to a provider.
package struct GatewayOptions: Sendable, Equatable {
    package static let key = "x-gateway"

    package var isPresent = false
    /// Sends the request to this provider, past the routing rules.
    package var provider: String?
    package var conversion: ConversionPolicy?
    /// For the record alone.
    package var metadata = RequestMetadata()

    package init(_ json: JSONPeek) throws(ExchangeFailure) {
        guard let value = json[Self.key] else { return }
        isPresent = true
        guard value.kind != .null else { return }
        guard value.kind == .object else {
            throw ExchangeFailure(.invalidRequest("The member \"x-gateway\" must be an object.", parameter: Self.key))
        }
        for member in json.members(of: value) {
            switch json.key(of: member) {
            case "provider": provider = try Self.string(member, in: json)
            case "conversion":
                conversion = try ConversionPolicy(
                    requested: Self.string(member, in: json), parameter: "\(Self.key).conversion")
            case "metadata": metadata = try Self.metadata(json, member.value)
            default: continue
            }
        }
    }

    private static func string(_ member: JSONPeek.Member, in json: JSONPeek) throws(ExchangeFailure) -> String {
        guard let string = json.string(member.value) else {
            let name = "\(key).\(json.key(of: member))"
            throw ExchangeFailure(.invalidRequest("\"\(name)\" must be a string.", parameter: name))
        }
        return string
    }

    private static func metadata(
        _ json: JSONPeek, _ value: JSONPeek.Value
    ) throws(ExchangeFailure) -> RequestMetadata {
        var metadata = RequestMetadata()
        guard value.kind != .null else { return metadata }
        guard value.kind == .object else { throw badMetadata("must be an object") }
        for member in json.members(of: value) {
            let key = json.key(of: member)
            let text: String? =
                switch member.value.kind {
                case .string: json.string(member.value)
                case .number, .bool: json.tree(of: member.value).serializedString
                case .null, .object, .array: nil
                }
            guard let text else { throw badMetadata("must hold strings, numbers, true and false alone") }
            guard metadata.set(key, text) else {
                throw badMetadata(
                    "may hold \(RequestMetadata.maxFields) fields with keys of 1 to \(RequestMetadata.maxKeyBytes) and "
                        + "values of up to \(RequestMetadata.maxValueBytes) bytes")
            }
        }
        return metadata
    }

    private static func badMetadata(_ rule: String) -> ExchangeFailure {
        ExchangeFailure(.invalidRequest("\"x-gateway.metadata\" \(rule).", parameter: "x-gateway.metadata"))
    }
}
