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
            switch self {
            case .file(let path):
                return try GatewayConfiguration.load(
                    toml: try Files.read(path), file: path, environment: environment.variables)
            case .embeddedDefault:
                return try GatewayConfiguration.embeddedDefault(environment: environment.variables)
            }
        } catch let failure as Files.Failure {
            Terminal.complain("gatewayd: \(failure.description)")
        } catch {
            Terminal.complain("\(error)")
        }
        return nil
    }

    var name: String {
        switch self {
        case .file(let path): path
        case .embeddedDefault: "the built-in default (no config.toml here)"
        }
    }
}
