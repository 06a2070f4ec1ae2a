/// What the gateway must know of a request before anything else, read in one pass over the raw body.
///
/// A class, since each step of the request is handed it.
package final class RequestPeek: Sendable {
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

    /// Puts the call right where its body is in another format than its address says.
    ///
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
        if call.isAnyFormat { call.format = FormatDetector.format(of: json, headers: call.headers) }
        gatewayOptions = try GatewayOptions(json, call.headers)
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

    /// Whether a model may be called so.
    static func isPlausible(_ model: String) -> Bool {
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
