import GatewayCore
import GatewayHTTP

/// The variables a command works with: those of the process, and behind them those of a `.env` file in the working
/// directory.
struct CommandEnvironment {
    private static let fileName = ".env"
    /// Larger files are no lists of variables.
    private static let maxFileBytes = 1 << 20

    var variables: [String: String]
    /// The file that was read; nil when there is none.
    var file: String?

    /// Prints what is wrong with the file and returns nil when it cannot be read.
    static func load() -> CommandEnvironment? {
        do {
            return try read()
        } catch {
            Terminal.complain(error.description)
            return nil
        }
    }

    /// Throws what is wrong with the file when it cannot be read.
    static func read() throws(Complaint) -> CommandEnvironment {
        let process = ProcessEnvironment.current
        guard Files.exists(fileName) else { return CommandEnvironment(variables: process, file: nil) }
        do {
            let bytes = try Files.read(fileName)
            guard bytes.count <= maxFileBytes else {
                throw Complaint("gatewayd: \(fileName) has more than \(maxFileBytes) bytes")
            }
            let variables = try EnvironmentFile(parsing: bytes).behind(process)
            return CommandEnvironment(variables: variables, file: fileName)
        } catch let complaint as Complaint {
            throw complaint
        } catch let failure as Files.Failure {
            throw Complaint("gatewayd: \(failure.description)")
        } catch {
            throw Complaint("\(fileName):\(error)")
        }
    }
}
