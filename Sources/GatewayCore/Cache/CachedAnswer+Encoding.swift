extension CachedAnswer {
    /// The version of the form below; what another version wrote is not read.
    private static let version = 1

    /// For a store outside of the process: a line of JSON about the answer, then the answer's bytes.
    package var encoded: [UInt8] {
        var head: JSONObject = [
            "version": .number(JSONNumber(Self.version)), "format": .string(format.rawValue), "stream": .bool(isStream),
            "provider": .string(provider), "instance": .string(instance), "model": .string(model),
            "stored_at": .number(JSONNumber(Int(storedAt.rounded(.down)))),
        ]
        if let warnings { head.append("warnings", .string(warnings)) }
        var encoded = JSONValue.object(head).serialized()
        encoded.reserveCapacity(encoded.count + 1 + bytes.count)
        encoded.append(UInt8(ascii: "\n"))
        encoded += bytes
        return encoded
    }

    /// Nil for anything but what `encoded` gives.
    package init?(encoded: [UInt8]) {
        guard let end = encoded.firstIndex(of: UInt8(ascii: "\n")),
            // What cannot be read is not there.
            let head = try? JSONValue(parsing: Array(encoded[..<end])).object, head["version"]?.int == Self.version,
            let format = head["format"]?.string.flatMap({ WireFormat(rawValue: $0) }),
            case .bool(let isStream)? = head["stream"], let provider = head["provider"]?.string,
            let instance = head["instance"]?.string, let model = head["model"]?.string,
            let storedAt = head["stored_at"]?.int
        else { return nil }
        self.init(
            format: format, isStream: isStream, bytes: Array(encoded[(end + 1)...]), provider: provider,
            instance: instance, model: model, storedAt: Double(storedAt), warnings: head["warnings"]?.string)
    }
}
