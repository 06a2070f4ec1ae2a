/// A command as it goes to the server, encoded where it is made so that the connection's loop only copies it.
package struct RedisCommand: Sendable {
    enum Form {
        case plain
        /// Goes as EVALSHA to a server that knows the script, and as EVAL to any other.
        case script(RedisScript, arguments: Int)
    }

    let form: Form
    /// The whole command; of a script what follows the script.
    private let encoded: [UInt8]

    /// Any command by its words.
    package init(_ words: [UInt8]...) {
        self.init(words)
    }

    package init(_ words: [[UInt8]]) {
        form = .plain
        var bytes: [UInt8] = []
        Self.writeHead(words.count, into: &bytes)
        for word in words { Self.write(word, into: &bytes) }
        encoded = bytes
    }

    /// A call of a script.
    package init(_ script: RedisScript, keys: [[UInt8]], arguments: [[UInt8]]) {
        form = .script(script, arguments: 1 + keys.count + arguments.count)
        var bytes: [UInt8] = []
        Self.write(Array(String(keys.count).utf8), into: &bytes)
        for key in keys { Self.write(key, into: &bytes) }
        for argument in arguments { Self.write(argument, into: &bytes) }
        encoded = bytes
    }

    var size: Int { encoded.count }

    /// - Parameter digest: under which the server knows the script; nil sends the script itself.
    func write(digest: String?, into bytes: inout [UInt8]) {
        if case .script(let script, let arguments) = form {
            Self.writeHead(2 + arguments, into: &bytes)
            Self.write(Array((digest == nil ? "EVAL" : "EVALSHA").utf8), into: &bytes)
            Self.write(Array((digest ?? script.source).utf8), into: &bytes)
        }
        bytes += encoded
    }

    private static func writeHead(_ count: Int, into bytes: inout [UInt8]) {
        bytes += "*\(count)\r\n".utf8
    }

    private static func write(_ word: [UInt8], into bytes: inout [UInt8]) {
        bytes += "$\(word.count)\r\n".utf8
        bytes += word
        bytes.append(13)
        bytes.append(10)
    }
}

/// A script in Lua that the server runs as one step, between whatever else it is asked.
package struct RedisScript: Sendable, Hashable {
    let name: StaticName
    let source: String

    /// The scripts there are, so that a connection can tell what it has loaded.
    enum StaticName: Int, Sendable, CaseIterable {
        case reserve, settle, renew, circuits, keepAnswer, clearAnswers, signOfLife
    }

    init(_ name: StaticName, _ source: String) {
        self.name = name
        self.source = source
    }
}

extension [UInt8] {
    init(_ number: Int) {
        self.init(String(number).utf8)
    }
}
