import GatewayCore

struct VersionCommand {
    func run() -> Int32 {
        Terminal.print("gatewayd \(GatewayVersion.current)\n")
        return ExitCode.success
    }
}
