import Glibc
import Testing

@testable import GatewayCore

/// One case of Tests/Fixtures/Conversations; its README says what the files mean.
struct Conversation: Sendable, CustomTestStringConvertible {
    enum Kind: String, Sendable, CaseIterable {
        case request, reply, failure
    }

    let name: String
    /// The same in every format; Gemini's requests have it in the address.
    let model: String

    var testDescription: String { name }

    static let all: [Conversation] = {
        var names: [String] = []
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.contains(".") { names.append(name) }
        }
        return names.sorted().map { name in
            let about = json(at: "\(path)/\(name)/case.json")
            return Conversation(name: name, model: about?["model"]?.string ?? "")
        }
    }()

    /// Cases in which `format` has a file of the kind.
    static func all(with kind: Kind, in format: WireFormat) -> [Conversation] {
        all.filter { $0.json(kind, in: format) != nil }
    }

    static func all(withStreamIn format: WireFormat) -> [Conversation] {
        all.filter { $0.stream(in: format) != nil }
    }

    func json(_ kind: Kind, in format: WireFormat) -> JSONValue? {
        Self.json(at: "\(Self.path)/\(name)/\(format.rawValue).\(kind.rawValue).json")
    }

    /// What `target` gets from `source`; nil when the case is not told in the target's format.
    func golden(_ kind: Kind, in target: WireFormat, from source: WireFormat) -> JSONValue? {
        let own = "\(Self.path)/\(name)/\(target.rawValue).from-\(source.rawValue).\(kind.rawValue).json"
        return (target == source ? nil : Self.json(at: own)) ?? json(kind, in: target)
    }

    func stream(in format: WireFormat) -> [UInt8]? {
        switch format.codec.streamFraming {
        case .sse, .jsonArray:
            let bytes = FixtureFile.bytes(at: "\(Self.path)/\(name)/\(format.rawValue).stream.sse")
            return bytes.isEmpty ? nil : bytes
        case .eventStream, .wrappedEventStream:
            let lines = FixtureFile.bytes(at: "\(Self.path)/\(name)/\(format.rawValue).stream.jsonl")
            return lines.isEmpty ? nil : Self.messages(in: lines)
        }
    }

    /// The binary messages that stand in a fixture as lines of JSON.
    private static func messages(in lines: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = []
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            guard let message = try? JSONValue(parsing: Array(line)), let payload = message["payload"] else { continue }
            if let event = message["event"]?.string {
                AWSEventStreamWriter.write(Frame(event: event, data: payload.serialized()), into: &stream)
            } else if let exception = message["exception"]?.string {
                AWSEventStreamWriter.write(exception: exception, body: payload.object ?? [:], into: &stream)
            }
        }
        return stream
    }

    private static let path: String = {
        let components = #filePath.split(separator: "/").prefix { $0 != "Tests" }
        return "/" + components.joined(separator: "/") + "/Tests/Fixtures/Conversations"
    }()

    private static func json(at path: String) -> JSONValue? {
        let bytes = FixtureFile.bytes(at: path)
        return bytes.isEmpty ? nil : try? JSONValue(parsing: bytes)
    }
}
