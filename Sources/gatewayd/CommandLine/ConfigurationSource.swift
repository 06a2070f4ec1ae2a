import GatewayCore
import GatewayProviders

/// Where this process has its configuration from.
enum ConfigurationSource {
    case file(String)
    case embeddedDefault

    /// The file that was asked for, else `config.toml` where there is one, else the built-in default.
    static func find(_ options: CommandOptions) -> ConfigurationSource {
        if let path = options.configurationPath { return .file(path) }
        return Files.exists("config.toml") ? .file("config.toml") : .embeddedDefault
    }

    /// Prints every problem and returns nil when the configuration is not good.
    func load(_ environment: CommandEnvironment) -> GatewayConfiguration? {
        do {
            return try read(environment)
        } catch {
            Terminal.complain(error.description)
            return nil
        }
    }

    /// Throws everything that is wrong at once.
    func read(_ environment: CommandEnvironment) throws(Complaint) -> GatewayConfiguration {
        do {
            switch self {
            case .file(let path):
                return try GatewayConfiguration.load(
                    toml: try Files.read(path), file: path, environment: environment.variables)
            case .embeddedDefault:
                return try GatewayConfiguration.embeddedDefault(environment: environment.variables)
            }
        } catch let failure as Files.Failure {
            throw Complaint("gatewayd: \(failure.description)")
        } catch {
            throw Complaint("\(error)")
        }
    }

    var name: String {
        switch self {
        case .file(let path): path
        case .embeddedDefault: "the built-in default (no config.toml here)"
        }
    }
}

/// What is wrong with what the operator gave, for a terminal or a log.
struct Complaint: Error {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
