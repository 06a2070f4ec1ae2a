import Glibc

/// What every example does before and after its own work.
public enum Example {
    /// Runs the example. `--help` tells what it does; what it does not know, and whatever goes wrong, ends the program with a
    /// line on standard error and a status that is not 0.
    ///
    /// - Parameter about: what it shows, and which variables it looks at.
    public static func run(_ name: String, _ about: String, _ body: () async throws -> Void) async {
        switch CommandLine.arguments.dropFirst().first {
        case nil: break
        case "--help"?, "-h"?:
            print("\(about)\n\n    swift run \(name)\n\n\(variables)")
            exit(0)
        case let argument?:
            complain("\(name) knows no argument \"\(argument)\"; --help tells what it does")
            exit(2)
        }
        do {
            try await body()
        } catch {
            complain("\(name): \(error)")
            exit(1)
        }
    }

    private static let variables = """
        It works offline. With a provider's key in the environment, such as OPENAI_API_KEY, ANTHROPIC_API_KEY or
        GEMINI_API_KEY, it asks that provider where that makes sense; EXAMPLE_MODEL names another model.
        """

    private static func complain(_ text: String) {
        var line = text + "\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// Prints a piece of text at once, without waiting for the end of its line.
    public static func show(_ piece: String) {
        print(piece, terminator: "")
        fflush(nil)
    }
}
