/// Why a configuration was refused: everything that is wrong with it, in the order it stands in the file.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    public var problems: [ConfigurationProblem]

    public init(problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    /// One problem a line.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

/// One thing that is wrong, where, and what to write instead.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    public enum Location: Sendable, Equatable {
        /// Lines and columns count from 1, columns in Unicode scalars.
        case file(String, line: Int, column: Int)
        case environment(variable: String)
        /// The problem is one of a configuration built in code.
        case program
    }

    public var location: Location
    public var message: String
    public var hint: String?

    public init(location: Location, message: String, hint: String? = nil) {
        self.location = location
        self.message = message
        self.hint = hint
    }

    /// `config.toml:3:8: message (hint)`; an override is named by its variable instead.
    public var description: String {
        let text = hint.map { "\(message) (\($0))" } ?? message
        return switch location {
        case .file(let file, let line, let column): "\(file):\(line):\(column): \(text)"
        case .environment(let variable): "\(variable): \(text)"
        case .program: text
        }
    }
}
