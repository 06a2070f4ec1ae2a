import GatewayCore

/// Has the running gateway read its configuration anew.
struct ReloadCommand {
    var options: CommandOptions

    func run() -> Int32 {
        guard let answer = RunningGateway(options).ask("reload") else { return ExitCode.unavailable }
        if let complaint = answer["error"]?.string {
            Terminal.complain("\(complaint)\nThe gateway goes on with the configuration it had.")
            return ExitCode.configuration
        }
        Terminal.print(text(answer))
        return ExitCode.success
    }

    private func text(_ answer: JSONObject) -> String {
        let (providers, instances) = (answer["providers"]?.int ?? 0, answer["instances"]?.int ?? 0)
        var text = "The configuration is in force: \(answer["configuration"]?.string ?? ""), "
        text += "\(Readable.count(providers, "provider")), \(Readable.count(instances, "instance")).\n"
        for section in answer["need_restart"]?.array ?? [] {
            text += "  \(section.string ?? "") has changed, which needs a restart\n"
        }
        return text
    }
}

/// The gateway that runs with a configuration, as seen by another process.
struct RunningGateway {
    private let source: ConfigurationSource

    init(_ options: CommandOptions) {
        source = ConfigurationSource.find(options)
    }

    /// Complains and returns nil when there is no such gateway, or when it does not answer.
    func ask(_ word: String) -> JSONObject? {
        do {
            return try answer(to: word)
        } catch {
            Terminal.complain("gatewayd: \(error.description)")
            return nil
        }
    }

    /// Throws when there is no such gateway, or when it does not answer.
    func answer(to word: String) throws(Complaint) -> JSONObject {
        guard let connection = ControlConnection(ControlAddress(source)) else {
            if case .file(let path) = source, !Files.exists(path) { throw Complaint("there is no file \(path)") }
            throw Complaint("no gateway of this user runs with \(source.name)")
        }
        defer { connection.close() }
        guard let answer = connection.ask(word) else {
            throw Complaint("the gateway that runs with \(source.name) gave no answer")
        }
        return answer
    }
}
