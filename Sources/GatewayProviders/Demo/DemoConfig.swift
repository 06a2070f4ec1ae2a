import GatewayCore

/// How the built-in offline provider answers.
public struct DemoConfig: ProviderConfig {
    /// The time between two pieces of a streamed answer; zero streams as fast as the client reads.
    public var pace: Duration

    public init(pace: Duration = .milliseconds(20)) {
        self.pace = pace
    }

    init(reading reader: inout ConfigurationReader) {
        self.init()
        if let milliseconds = reader.integer("pace_milliseconds", in: 0...60_000) {
            pace = .milliseconds(milliseconds)
        }
    }
}

extension ProviderKind {
    /// Answers by itself, without a network, a key or a cost.
    public static let demo = ProviderKind(
        key: "demo", name: "Demo (offline)", make: { DemoProvider($0) },
        read: { reader, instance in
            instance.settings = ProviderSettings(DemoConfig(reading: &reader))
        })
}
